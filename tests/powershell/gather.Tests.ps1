# What holds for every gather script: its text, and how it runs as a child process.
BeforeAll {
    Import-Module "$PSScriptRoot/gather.psm1" -Force
    $script:folder = [IO.Path]::GetFullPath("$PSScriptRoot/../../src/probe/scripts")
    $script:engine = $env:SPINMAIL_PWSH
    $script:common = [IO.File]::ReadAllText("$folder/common.ps1").Replace("`r`n", "`n")

    # Runs a script as spinmail does: sent by standard input, in a process of its own.
    function script:Start-Script([string] $Name, [string] $Arguments, [string] $Before = '') {
        $start = [Diagnostics.ProcessStartInfo]::new($engine)
        foreach ($argument in '-NoProfile', '-NonInteractive', '-Command', "$Before; & ([scriptblock]::Create([Console]::In.ReadToEnd())) $Arguments") { $start.ArgumentList.Add($argument) }
        $start.RedirectStandardInput = $start.RedirectStandardOutput = $start.RedirectStandardError = $true
        $process = [Diagnostics.Process]::Start($start)
        try {
            $errors = $process.StandardError.ReadToEndAsync()
            $process.StandardInput.Write([IO.File]::ReadAllText("$folder/$Name.ps1"))
            $process.StandardInput.Close()
            $text = $process.StandardOutput.ReadToEnd()
            $process.WaitForExit()
            @{ lines = @($text.TrimEnd("`r", "`n") -split '\r?\n'); errors = $errors.Result; code = $process.ExitCode }
        } finally { $process.Dispose() }
    }
}

Describe '<name>.ps1' -ForEach @(
    @{ name = 'sharepoint'; areas = @('sharepoint-2013', 'sharepoint-2016', 'sharepoint-2019', 'sharepoint-se') }
    # Some commands are newer than the oldest Windows. There they are reported as missing.
    @{ name = 'host'; areas = @('server-manager') }
    @{ name = 'exchange'; areas = @('exchange,exchange-online') }
    @{ name = 'iis'; areas = @('server-manager') }
) {
    It 'has the common part of all scripts' {
        $text = [IO.File]::ReadAllText("$folder/$name.ps1").Replace("`r`n", "`n")
        $start = $text.IndexOf('# ---- Common part')
        $last = '# ---- End of the common part'
        $end = $text.IndexOf("`n", $text.IndexOf($last)) + 1
        if ($env:SPINMAIL_UPDATE) { [IO.File]::WriteAllText("$folder/$name.ps1", $text.Substring(0, $start) + $common + $text.Substring($end)); return }
        $text.Substring($start, $end - $start) -ceq $common | Should -BeTrue -Because 'SPINMAIL_UPDATE=1 copies common.ps1 into each script'
    }

    It 'is ASCII, in lines that can be read' {
        $lines = [IO.File]::ReadAllLines("$folder/$name.ps1")
        @($lines | Where-Object { $_ -cnotmatch '^([\x20-\x7E]{0,119}[\x21-\x7E])?$' }) -join "`n" | Should -Be ''
    }

    It 'runs in Windows PowerShell 3.0, as far as <_> decides' -ForEach $areas {
        $found = & $engine -NoProfile -NonInteractive -File "$env:SPINMAIL_PWSH_TOOLS/check.ps1" -Windows 3.0 -Area $_ "$folder/$name.ps1"
        "$LASTEXITCODE $found" | Should -Be '0 '
    }

    It 'names every parameter' {
        $tree = [Management.Automation.Language.Parser]::ParseFile("$folder/$name.ps1", [ref] $null, [ref] $null)
        foreach ($call in $tree.FindAll({ $args[0] -is [Management.Automation.Language.CommandAst] }, $true)) {
            if ($call.GetCommandName() -eq 'Where-Object') { continue }
            $wasParameter = $false
            foreach ($element in @($call.CommandElements | Select-Object -Skip 1)) {
                $isParameter = $element -is [Management.Automation.Language.CommandParameterAst]
                if (-not $isParameter -and -not $wasParameter) { "$call" | Should -Be 'a call with named parameters' }
                $wasParameter = $isParameter
            }
        }
    }

    It 'has help on itself and on each parameter' {
        $help = Get-Help -Name "$folder/$name.ps1" -Full
        $help.Synopsis.Trim() | Should -BeLike '*It changes nothing.'
        $tree = [Management.Automation.Language.Parser]::ParseFile("$folder/$name.ps1", [ref] $null, [ref] $null)
        $about = $tree.GetHelpContent()
        foreach ($parameter in $tree.ParamBlock.Parameters) {
            $about.Parameters[$parameter.Name.VariablePath.UserPath.ToUpperInvariant()] | Should -Not -BeNullOrEmpty -Because "$($parameter.Name)"
        }
    }

    It 'runs as a child process: facts on standard output, progress on standard error' {
        $ran = Start-Script -Name $name -Arguments '-Console -TotalSeconds 60'
        $ran.code | Should -Be 0 -Because $ran.errors
        $facts = ConvertFrom-Lines -Lines $ran.lines
        $facts.header[0].script | Should -Be $name
        # Nothing of Windows is here: it is said, and nothing is made up.
        $facts.unread.Count | Should -BeGreaterThan 0
        $facts.header[0].elevated.failed.kind | Should -Be 'unsupported'
        foreach ($line in $ran.errors.TrimEnd() -split '\r?\n') { $line | Should -CMatch "^${name}: [\x20-\x7E]+$" }
        $quiet = Start-Script -Name $name -Arguments '-Quiet -TotalSeconds 60'
        $quiet.errors | Should -Be ''
        (ConvertFrom-Lines -Lines $quiet.lines).header[0].script | Should -Be $name
    }

    It 'says that it cannot run in a constrained language' {
        $shell = [PowerShell]::Create()
        try {
            $shell.Runspace.SessionStateProxy.LanguageMode = 'ConstrainedLanguage'
            $lines = @($shell.AddScript([IO.File]::ReadAllText("$folder/$name.ps1")).Invoke())
            $shell.HadErrors | Should -BeFalse
        } finally { $shell.Dispose() }
        $facts = ConvertFrom-Lines -Lines $lines
        $facts.header[0]['language-mode'] | Should -Be 'ConstrainedLanguage'
        $facts.unread[0].what | Should -Be 'everything'
        $facts.unread[0].why.kind | Should -Be 'unsupported'
    }

    It 'leaves no variable behind' {
        $shell = [PowerShell]::Create()
        try {
            $before = @($shell.AddScript('(Get-Variable -Scope Global).Name').Invoke())
            $shell.Commands.Clear()
            $text = [IO.File]::ReadAllText("$folder/$name.ps1").Replace("'", "''")
            $shell.AddScript("& ([scriptblock]::Create('$text')) -Quiet -TotalSeconds 0").Invoke() | Out-Null
            $shell.Commands.Clear()
            $after = @($shell.AddScript('(Get-Variable -Scope Global).Name; (Get-Command -CommandType Function -Name *-Fact, *-Failure).Name').Invoke())
            @($after | Where-Object { $_ -notin $before -and $_ -notin 'Error', 'LASTEXITCODE', 'StackTrace', 'Matches' }) -join ' ' | Should -Be ''
        } finally { $shell.Dispose() }
    }
}

Describe 'recorded output' {
    It 'README.md names every kind and member of <script>, and no other kind' -ForEach @(
        @{ script = 'sharepoint' }, @{ script = 'host' }, @{ script = 'exchange' }, @{ script = 'iis' }
    ) {
        $sections = [IO.File]::ReadAllText("$folder/README.md").Replace("`r`n", "`n") -split '\n(?=## )'
        $rows = @{}
        foreach ($section in $sections | Where-Object { $_ -match "^## (What was read|In every script|$script\.ps1)" }) {
            foreach ($match in [regex]::Matches($section, '(?m)^\| `([a-z-]+)` \| (.*) \|$')) { $rows[$match.Groups[1].Value] = $match.Groups[2].Value }
        }
        $seen = @()
        foreach ($file in Get-ChildItem -Path "$PSScriptRoot/../facts/gathered/$script*.jsonl") {
            foreach ($fact in [IO.File]::ReadAllLines($file.FullName) | ConvertFrom-Json -AsHashtable) {
                $seen += $fact.kind
                foreach ($member in $fact.Keys | Where-Object { $_ -ne 'kind' }) {
                    if (-not $rows[$fact.kind].Contains("``$member``")) { $member | Should -Be "a member of $($fact.kind)" }
                }
            }
        }
        ($seen | Sort-Object -Unique) -join ' ' | Should -Be (($rows.Keys | Sort-Object) -join ' ')
    }

    It 'each file is the output of a test' {
        $texts = @(foreach ($file in Get-ChildItem -Path "$PSScriptRoot/gather-*.Tests.ps1") { [IO.File]::ReadAllText($file.FullName) }) -join "`n"
        foreach ($file in Get-ChildItem -Path "$PSScriptRoot/../facts/gathered/*.jsonl") {
            $name = $file.BaseName -replace '^sharepoint-(2013|2016|2019|subscription)$', 'sharepoint-$product'
            $texts.Contains($name) | Should -BeTrue -Because $file.Name
        }
    }
}
