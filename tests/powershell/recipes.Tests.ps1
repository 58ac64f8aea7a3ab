# Runs the recipes: with a program and sessions of the test, and with stand-ins for commands of Windows.
BeforeAll {
    Import-Module "$env:SPINMAIL_PWSH_TOOLS/stubs.psm1"
    Import-CommandStub windows-5.1 '*-ScheduledTask*'
    $global:recipes = "$PSScriptRoot/../../examples/recipes"
}

Describe 'gather.ps1' {
    BeforeEach {
        $global:root = (New-Item -ItemType Directory -Path "TestDrive:/$([guid]::NewGuid())").FullName
        $global:temp = "$global:root/temp"
        New-Item -ItemType Directory -Path "$global:root/bin", $global:temp | Out-Null
        # The program writes down how it is called. SAYS is what it does when it gathers.
        [IO.File]::WriteAllText("$global:root/bin/spinmail", @'
#!/bin/sh
echo "$*" >>"$ROOT/calls"
case $1 in
gather) echo 'a message' >&2; [ "$SAYS" = 4 ] || cp farm.toml facts.json; exit "$SAYS" ;;
verify) ls "$5" >>"$ROOT/calls"; exit 3 ;;
esac
'@)
        chmod +x "$global:root/bin/spinmail"
        [IO.File]::WriteAllText("$global:root/farm.toml", '[farm]')
        $global:before = $env:PATH, $env:TMPDIR
        $env:PATH = "$global:root/bin:$env:PATH"
        $env:TMPDIR = $global:temp
        $env:ROOT = $global:root
        $env:SAYS = '0'
        $global:sessions = 0
        Mock New-PSSession {
            $global:sessions++
            New-MockObject -Type System.Management.Automation.Runspaces.PSSession
        }
        Mock Remove-PSSession { $global:sessions-- }
        # The other machine is this one, with preferences of its own.
        Mock Invoke-Command {
            $ErrorActionPreference = 'Continue'
            & $ScriptBlock @ArgumentList
        }
        Mock Copy-Item {
            $to = [IO.Path]::Combine($global:root, $Destination)
            [IO.File]::Copy([IO.Path]::Combine($global:root, "$Path"), $to)
            chmod +x $to
        }
        Push-Location $global:root
        function script:Invoke-Recipe {
            # As from a prompt where a failure stops. `exit` leaves the script alone.
            $ErrorActionPreference = 'Stop'
            & "$global:recipes/gather.ps1" -Server 'sp1.fabrikam.com', 'sp2.fabrikam.com' -Farm 'farm.toml' -Facts 'facts' 2> $null
            $LASTEXITCODE
        }
    }
    AfterEach {
        Pop-Location
        $env:PATH, $env:TMPDIR = $global:before
    }

    It 'gathers on each server and judges here, status <says>' -ForEach @(@{ says = '0' }, @{ says = '1' }, @{ says = '3' }) {
        $env:SAYS = $says
        Invoke-Recipe | Should -Be 3
        Get-Content "$global:root/calls" | Should -Be @(
            'gather --quiet --file farm.toml --out facts.json', 'gather --quiet --file farm.toml --out facts.json'
            'verify --farms farm.toml --facts facts', 'sp1.fabrikam.com.json', 'sp2.fabrikam.com.json')
        Get-ChildItem $global:temp -Filter '*-*-*-*-*' | Should -BeNullOrEmpty
        $global:sessions | Should -Be 0
    }

    It 'says what went wrong, and leaves nothing there' {
        $env:SAYS = '4'
        { Invoke-Recipe } | Should -Throw '*sp1.fabrikam.com ended with 4: a message*'
        Get-Content "$global:root/calls" | Should -Be 'gather --quiet --file farm.toml --out facts.json'
        Get-ChildItem $global:temp -Filter '*-*-*-*-*' | Should -BeNullOrEmpty
        $global:sessions | Should -Be 0
    }

    It 'leaves nothing there where a file cannot be copied' {
        Mock Copy-Item { throw 'no space' } -ParameterFilter { $Destination -like '*farm.toml' }
        { Invoke-Recipe } | Should -Throw 'no space'
        Get-ChildItem $global:temp -Filter '*-*-*-*-*' | Should -BeNullOrEmpty
        $global:sessions | Should -Be 0
    }
}

Describe 'scheduled-task.ps1' {
    BeforeEach {
        $global:registered = $null
        Mock Get-Command { [pscustomobject]@{ Source = 'C:\Program Files\spinmail\spinmail.exe' } } -ParameterFilter { "$Name" -eq 'spinmail' }
        Mock New-ScheduledTaskAction { @{ Execute = $Execute; Argument = $Argument } }
        Mock New-ScheduledTaskTrigger { @{ Daily = $Daily; At = $At } } -RemoveParameterType At
        Mock New-ScheduledTaskPrincipal { @{ UserId = $UserId; LogonType = "$LogonType"; RunLevel = "$RunLevel" } }
        Mock New-ScheduledTaskSettingsSet { @{ Limit = $ExecutionTimeLimit; Missed = $StartWhenAvailable } }
        Mock New-ScheduledTask { @{ Action = $Action; Principal = $Principal; Settings = $Settings } } -RemoveParameterType Action, Principal, Settings, Trigger
        Mock Register-ScheduledTask { $global:registered = @{ Name = $TaskName; Task = $InputObject; Force = $Force } } -RemoveParameterType InputObject
    }

    It '<account> runs elevated when no one is logged on, by <logon>' -ForEach @(
        @{ account = 'FABRIKAM\auditor'; logon = 'S4U'; place = 'D:\farms' }
        @{ account = 'FABRIKAM\svc_spinmail$'; logon = 'Password'; place = '\\files\farms' }
        @{ account = 'SYSTEM'; logon = 'ServiceAccount'; place = '\\files\farms' }
        @{ account = 'NT AUTHORITY\SYSTEM'; logon = 'ServiceAccount'; place = 'D:\my farms' }
    ) {
        $ErrorActionPreference = 'Stop'
        & "$global:recipes/scheduled-task.ps1" -Farms $place -Out 'D:\reports\spinmail.html' -Account $account |
            Select-Object -Last 1 | Should -BeLike '*Get-ScheduledTaskInfo*'
        $global:registered.Name | Should -Be 'spinmail'
        $global:registered.Force | Should -BeTrue
        $task = $global:registered.Task
        $task.Principal.UserId | Should -Be $account
        $task.Principal.LogonType | Should -Be $logon
        $task.Principal.RunLevel | Should -Be 'Highest'
        $task.Action.Execute | Should -Be 'C:\Program Files\spinmail\spinmail.exe'
        $task.Action.Argument | Should -Be "verify --farms `"$place`" --format html --out `"D:\reports\spinmail.html`""
    }

    It 'refuses a share for an account that cannot open it' -ForEach @(
        @{ farms = '\\files\farms'; out = 'D:\a.html' }, @{ farms = 'D:\farms'; out = '\\files\a.html' }
    ) {
        { & "$global:recipes/scheduled-task.ps1" -Farms $farms -Out $out -Account 'FABRIKAM\auditor' } | Should -Throw '*-Account*'
        $global:registered | Should -BeNullOrEmpty
    }
}
