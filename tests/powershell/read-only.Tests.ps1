# Gather scripts only read: everything that they use is on an allow list.
BeforeAll {
    Import-Module "$PSScriptRoot/read-only.psm1" -Force
    $script:folder = "$PSScriptRoot/../../src/probe/scripts"
}

Describe 'read-only scripts' {
    It '<name> only reads' -ForEach @(@{ name = 'sharepoint' }, @{ name = 'host' }, @{ name = 'exchange' }, @{ name = 'iis' }) {
        @(Get-WriteFinding -Text ([IO.File]::ReadAllText("$folder/$name.ps1"))) -join "`n" | Should -Be ''
    }

    It 'nothing on the list is unused' {
        $text = @(foreach ($file in Get-ChildItem -Path "$folder/*.ps1") { [IO.File]::ReadAllText($file.FullName) }) -join "`n"
        $allowed = Import-PowerShellDataFile -LiteralPath "$PSScriptRoot/read-only.psd1"
        $names = @($allowed.Commands; $allowed.Modules; $allowed.Methods; $allowed.Changing.Keys; $allowed.Reading.Keys; $allowed.Statics | ForEach-Object { $_ -replace '::', ']::' }; $allowed.NewObjects; $allowed.Tables; $allowed.TableMakers)
        foreach ($name in $names) { $text.IndexOf($name, [StringComparison]::OrdinalIgnoreCase) | Should -BeGreaterThan -1 -Because $name }
    }

    It 'refused: <text>' -ForEach @(
        @{ text = 'Get-SPProduct -Local'; finding = 'command Get-SPProduct' }
        @{ text = 'Set-SPTimerJob -Identity a'; finding = 'command Set-SPTimerJob' }
        @{ text = 'gci .'; finding = 'command gci' }
        @{ text = 'Get-Process | Stop-Process'; finding = 'command Stop-Process' }
        @{ text = 'Invoke-Expression -Command "a"'; finding = 'command Invoke-Expression' }
        @{ text = '& $name'; finding = 'calls by Ampersand' }
        @{ text = '& "Get-SPFarm"'; finding = 'calls by Ampersand' }
        @{ text = '. .\x.ps1'; finding = 'calls by Dot' }
        @{ text = 'sc.exe stop SMTPSVC'; finding = 'command sc.exe' }
        @{ text = '"$name"'; finding = $null }
        @{ text = '$instance.GetSettingsFromIis()'; finding = 'method GetSettingsFromIis' }
        @{ text = '$site.RefreshEmailEnabledObjects()'; finding = 'method RefreshEmailEnabledObjects' }
        @{ text = '$service.Update()'; finding = 'method Update' }
        @{ text = '$service.ChangeIPRestrictionList($null)'; finding = 'method ChangeIPRestrictionList' }
        @{ text = '$service.set_Enabled($true)'; finding = 'method set_Enabled' }
        @{ text = '$service."set_$name"($true)'; finding = 'method "set_$name"' }
        @{ text = '$service."get_$name"(1)'; finding = 'method "get_$name"' }
        @{ text = '$service.$name()'; finding = 'method $name' }
        @{ text = '$service."$name"()'; finding = 'method "$name"' }
        @{ text = '$service.$name'; finding = 'member $name' }
        @{ text = '$type.InvokeMember("X", "SetProperty", $null, $o, $null)'; finding = 'method InvokeMember' }
        @{ text = "`$type.InvokeMember('GetProperty', 'SetProperty', `$null, `$o, `$null)"; finding = 'method InvokeMember' }
        @{ text = "`$group.Invoke('Add', `$path)"; finding = 'method Invoke' }
        @{ text = '$collection.Add($x)'; finding = 'method Add of $collection' }
        @{ text = '$farm.Servers.Remove($x)'; finding = 'method Remove of $farm.Servers' }
        @{ text = '$property.SetValue($o, 1)'; finding = 'method SetValue' }
        @{ text = '{ Get-SPFarm }.Invoke()'; finding = 'method Invoke' }
        @{ text = '[scriptblock]::Create($text)'; finding = 'method scriptblock::Create' }
        @{ text = '[IO.File]::Delete("a")'; finding = 'type IO.File' }
        @{ text = '[Diagnostics.Process]::Start("a")'; finding = 'method Diagnostics.Process::Start' }
        @{ text = '$service.Enabled = $true'; finding = 'assigns to a member of $service' }
        @{ text = '$service.Properties["a"] = 1'; finding = 'assigns to a member of $service' }
        @{ text = '$service.SmtpInstanceId++'; finding = 'assigns to a member of $service' }
        @{ text = '$farm.get_TimerService().Name = "x"'; finding = 'assigns to' }
        @{ text = '(Get-SPFarm).Name = "x"'; finding = 'assigns to' }
        @{ text = '[string] $service.DropFolder = "x"'; finding = 'assigns to' }
        @{ text = '$a, $service.DropFolder = 1, 2'; finding = 'assigns to' }
        @{ text = '$facts = $service'; finding = 'gives $facts something that is not a new table' }
        @{ text = '$facts = Get-SPFarm'; finding = 'gives $facts something that is not a new table' }
        @{ text = 'foreach ($facts in $servers) { }'; finding = 'takes $facts for an item' }
        @{ text = '$global:x = 1'; finding = 'assigns to $global:x' }
        @{ text = '$env:Path = "x"'; finding = 'assigns to $env:Path' }
        @{ text = '${function:Get-SPFarm} = { }'; finding = 'assigns to' }
        @{ text = 'function Get-SPFarm { }'; finding = 'defines Get-SPFarm' }
        @{ text = 'param([int] $Limit) function Get-It { $limit = 1 }'; finding = 'hides $limit' }
        @{ text = '$x = { Get-SPFarm }'; finding = 'a script block' }
        @{ text = 'Get-SPFarm > a.txt'; finding = 'redirects' }
        @{ text = 'New-Object -ComObject X'; finding = 'New-Object -ComObject X' }
        @{ text = 'New-Object -TypeName $type'; finding = 'New-Object -TypeName $type' }
        @{ text = 'Import-Module -Name Other'; finding = 'Import-Module Other' }
        @{ text = 'exit 1'; finding = 'ends the process' }
        @{ text = 'Add-Type -TypeDefinition "class X { }"'; finding = 'command Add-Type' }
        @{ text = 'if ('; finding = 'does not parse' }
    ) {
        $found = @(Get-WriteFinding -Text $text) -join "`n"
        if ($null -eq $finding) { $found | Should -Be '' } else { $found.Contains($finding) | Should -BeTrue -Because "found: $found" }
    }
}
