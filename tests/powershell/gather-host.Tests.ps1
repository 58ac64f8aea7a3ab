# Runs src/probe/scripts/host.ps1 with stand-ins for the commands of Windows.
BeforeAll {
    Import-Module "$env:SPINMAIL_PWSH_TOOLS/stubs.psm1"
    Import-Module "$PSScriptRoot/gather.psm1" -Force
    Import-CommandStub server-manager Get-WindowsFeature
    Import-CommandStub windows-5.1 Get-CimInstance, Get-NetFirewallProfile, Get-NetConnectionProfile, Get-NetFirewallPortFilter,
    Get-NetFirewallApplicationFilter, Get-NetFirewallServiceFilter, Get-NetFirewallAddressFilter, Get-NetFirewallRule, Get-SmbShare, Get-Acl
    if (-not ('Spinmail.Tests.Watch' -as [type])) {
        Add-Type -TypeDefinition ([IO.File]::ReadAllText("$PSScriptRoot/object-model.cs"))
    }
    $doors = 'Get-WindowsCaller', 'Get-RegistryValue', 'Get-AccountIdentifier', 'Get-GroupMember', 'Get-ApplicationPool'
    $global:gather = @{ script = Get-GatherScript -Name host -Doors $doors -Folder $TestDrive }
    # The machine's name is the same everywhere.
    $text = [IO.File]::ReadAllText($global:gather.script).Replace('[Environment]::MachineName', "'SP1'")
    [IO.File]::WriteAllText($global:gather.script, $text)

    function global:Get-WindowsCaller {
        @{ name = 'FABRIKAM\sp_admin'; sid = 'S-1-5-21-1-2-3-1106'; groups = @('S-1-5-32-544'); elevated = $global:gather.elevated }
    }
    function global:Get-RegistryValue([string] $Key, [string] $Name) {
        if (-not $global:gather.elevated) { throw [Security.SecurityException]::new('Der angeforderte Registrierungszugriff ist unzulaessig.') }
        if ($Name -eq 'DelayedAutostart') { if ($Key -like '*SMTPSVC') { return 1 } else { return } }
        if ($Key -notlike '*SPTimerV4') { return }
        # Reset after a day; restart after one minute, twice; then nothing.
        $numbers = 86400, 0, 0, 3, 20, 1, 60000, 1, 60000, 0, 0
        , [byte[]] @($numbers | ForEach-Object { [BitConverter]::GetBytes([int] $_) })
    }
    function global:Get-AccountIdentifier([string] $Name) {
        $sids = @{
            'FABRIKAM\sp_farm' = 'S-1-5-21-1-2-3-1104'; 'FABRIKAM\sp_web' = 'S-1-5-21-1-2-3-1105'; 'fabrikam.com\SP1$' = 'S-1-5-21-1-2-3-1201'
            'SP1\WSS_ADMIN_WPG' = 'S-1-5-21-7-8-9-1001'; 'SP1\WSS_WPG' = 'S-1-5-21-7-8-9-1002'; 'IIS APPPOOL\Local' = 'S-1-5-82-1-2-3-4-5'
            'SP1\sp_local' = 'S-1-5-21-7-8-9-1003'
        }
        if ($sids.ContainsKey($Name)) { return $sids[$Name] }
        throw [Spinmail.Tests.IdentityNotMappedException]::new('Manche Identitaeten konnten nicht uebersetzt werden.')
    }
    function global:Get-GroupMember([string] $Name) {
        if ($Name -eq 'WSS_RESTRICTED_WPG_V4') { throw [Runtime.InteropServices.COMException]::new('The group name could not be found.', 0x800708AC) }
        @{ path = 'WinNT://FABRIKAM/sp_farm'; class = 'User'; sid = 'S-1-5-21-1-2-3-1104' }
        if ($Name -eq 'WSS_ADMIN_WPG') { @{ path = 'WinNT://S-1-5-21-9-9-9-500'; class = 'User'; sid = 'S-1-5-21-9-9-9-500' } }
    }
    function global:Get-ApplicationPool {
        if (-not $global:gather.elevated) { throw [UnauthorizedAccessException]::new('Zugriff verweigert') }
        @{ name = 'Intranet pool'; state = 'Started'; identity = 'SpecificUser'; user = 'FABRIKAM\sp_web' }
        @{ name = 'Local'; state = 'Stopped'; identity = 'ApplicationPoolIdentity'; user = '' }
        @{ name = 'Service'; state = 'Started'; identity = 'NetworkService'; user = '' }
    }
    function script:New-Rule([string] $Id, [hashtable] $Rule, $Port = '25', $Program = 'Any', $Service = 'Any', $Remote = 'Any', $Protocol = 'TCP') {
        $whole = @{ InstanceID = $Id; Name = $Id; DisplayName = "Rule $Id"; Direction = 'Inbound'; Enabled = 'True'; Action = 'Allow'; Profile = 'Any'; PolicyStoreSourceType = 'Local' }
        foreach ($key in $Rule.Keys) { $whole[$key] = $Rule[$key] }
        $global:gather.rules += [pscustomobject] $whole
        $global:gather.filters += [pscustomobject] @{ InstanceID = $Id; Protocol = $Protocol; LocalPort = $Port; Program = $Program; Service = $Service; LocalAddress = 'Any'; RemoteAddress = $Remote }
    }
    function script:Invoke-Gather([hashtable] $With = @{}) {
        $global:gather.lines = @(& $global:gather.script -Quiet @With)
        ConvertFrom-Lines -Lines $global:gather.lines
    }
}

AfterAll {
    foreach ($name in 'Get-WindowsCaller', 'Get-RegistryValue', 'Get-AccountIdentifier', 'Get-GroupMember', 'Get-ApplicationPool') {
        Remove-Item -Path "function:global:$name" -ErrorAction Ignore
    }
}

Describe 'gather host' {
    BeforeEach {
        $global:gather.elevated = $true
        $global:gather.features = @('SMTP-Server', 'Web-Metabase')
        $global:gather.rules = @()
        $global:gather.filters = @()
        New-Rule 'smtp-in' @{}
        Mock Get-CimInstance {
            if (-not $global:gather.elevated -and $ClassName -eq 'Win32_OperatingSystem') { throw [Spinmail.Tests.CimException]::new('AccessDenied') }
            $time = [datetime]::SpecifyKind([datetime] '2026-11-29T04:00:00', 'Utc').ToLocalTime()
            switch ($ClassName) {
                'Win32_OperatingSystem' { [pscustomobject] @{ Caption = 'Microsoft Windows Server 2019 Standard'; Version = '10.0.17763'; BuildNumber = '17763'; ProductType = [uint32] 3; OSLanguage = [uint32] 1031; LastBootUpTime = $time } }
                'Win32_ComputerSystem' { [pscustomobject] @{ DNSHostName = 'sp1'; Domain = 'fabrikam.com'; PartOfDomain = $true } }
                'Win32_Service' {
                    $accounts = @{ SMTPSVC = 'LocalSystem'; IISADMIN = 'NT AUTHORITY\NetworkService'; SPTimerV4 = 'FABRIKAM\sp_farm'; SPAdminV4 = '.\sp_local' }
                    $name = $Filter.Split("'")[1]
                    if ($accounts.ContainsKey($name)) { [pscustomobject] @{ State = 'Running'; StartMode = 'Auto'; StartName = $accounts[$name]; ProcessId = [uint32] 1234 } }
                }
                'Win32_Process' {
                    $line = if ($global:gather.elevated) { 'c:\windows\system32\inetsrv\w3wp.exe -ap "Intranet pool" -v "v4.0"' }
                    [pscustomobject] @{ CommandLine = $line; ProcessId = [uint32] 77; CreationDate = $time }
                }
                'Win32_Share' { [pscustomobject] @{ Name = 'drop'; Path = 'D:\drop'; Type = [uint32] 0 }; [pscustomobject] @{ Name = 'C$'; Path = 'C:\'; Type = [uint32] 2147483648 } }
            }
        }
        Mock Get-WindowsFeature { if ($Name[0] -in $global:gather.features) { [pscustomobject] @{ InstallState = 'Installed'; Installed = $true } } }
        Mock Get-NetFirewallProfile { [pscustomobject] @{ Name = 'Domain'; Enabled = 'True'; DefaultInboundAction = 'NotConfigured'; AllowInboundRules = 'NotConfigured'; AllowLocalFirewallRules = 'True' } }
        Mock Get-NetConnectionProfile { [pscustomobject] @{ Name = 'fabrikam.com'; InterfaceAlias = 'Ethernet'; NetworkCategory = 'DomainAuthenticated' } }
        Mock Get-NetFirewallPortFilter { $global:gather.filters }
        Mock Get-NetFirewallApplicationFilter { $global:gather.filters }
        Mock Get-NetFirewallServiceFilter { $global:gather.filters }
        Mock Get-NetFirewallAddressFilter { $global:gather.filters }
        Mock Get-NetFirewallRule { $global:gather.rules }
        Mock Get-SmbShare { [pscustomobject] @{ Name = 'drop'; Path = 'D:\drop'; Special = $false; SecurityDescriptor = 'O:BAG:DUD:(A;;0x1301bf;;;S-1-5-21-1-2-3-1104)' } }
        Mock Get-Acl {
            if ($LiteralPath -like '*missing') { throw [Management.Automation.ItemNotFoundException]::new('Der Pfad ist nicht vorhanden.') }
            [pscustomobject] @{ Sddl = 'O:BAG:SYD:(A;OICI;FA;;;BA)' }
        }
    }

    It 'a server with the SMTP service, in <culture>' -ForEach @(@{ culture = 'en-US' }, @{ culture = 'de-DE' }, @{ culture = 'tr-TR' }) {
        $with = @{ DropFolder = 'D:\drop', 'D:\missing'; Account = 'FABRIKAM\sp_farm', 'FABRIKAM\nosuch' }
        $facts = Use-Culture -Name $culture -Block { Invoke-Gather $with }
        $lines = @($global:gather.lines | ForEach-Object { $_ -creplace '^\{"kind":"clock".*', '{"kind":"clock","time":"2026-11-30T10:00:30.000Z","offset-minutes":60,"zone":"W. Europe Standard Time"}' })
        Assert-Recorded -Name 'host' -Lines $lines
        $facts.ContainsKey('unread') | Should -BeFalse
        $facts.windows[0]['computer-sid'].known | Should -Be 'S-1-5-21-1-2-3-1201'
        $timer = @($facts.service | Where-Object { $_.name -eq 'SPTimerV4' })[0]
        $timer.recovery.known.actions.action -join ' ' | Should -Be 'restart restart none'
        @($facts.service | Where-Object { $_.name -eq 'W3SVC' })[0].exists | Should -BeFalse
        @($facts.service | Where-Object { $_.name -eq 'SPAdminV4' })[0]['account-sid'].known | Should -Be 'S-1-5-21-7-8-9-1003'
        $facts.folder[1]['security-descriptor'].failed.kind | Should -Be 'not-found'
        $facts.account[1].sid.failed.kind | Should -Be 'not-found'
        $facts.worker[0].pool.known | Should -Be 'Intranet pool'
        $facts.worker[0].started.known | Should -Be '2026-11-29T04:00:00.000Z'
    }

    It 'Windows Server 2025 offers no SMTP service' {
        $global:gather.features = @()
        $facts = Invoke-Gather
        $facts.feature[0].state.absent | Should -Be 'null'
    }

    It 'not elevated: what is denied is said' {
        $global:gather.elevated = $false
        $facts = Invoke-Gather
        $lines = @($global:gather.lines | ForEach-Object { $_ -creplace '^\{"kind":"clock".*', '{"kind":"clock","time":"2026-11-30T10:00:30.000Z","offset-minutes":60,"zone":"W. Europe Standard Time"}' })
        Assert-Recorded -Name 'host-not-elevated' -Lines $lines
        "$($facts.header[0].elevated.known) $($facts.header[0].administrator.known)" | Should -Be 'False True'
        $facts.unread.what -join ' ' | Should -Be 'windows pools'
        $facts.unread.why.kind -join ' ' | Should -Be 'access-denied access-denied'
        $facts.worker[0].pool.failed.kind | Should -Be 'access-denied'
        $facts.service[0].recovery.failed.kind | Should -Be 'access-denied'
    }

    It 'Windows Server 2008 R2 lacks commands' {
        Mock Get-Command { } -ParameterFilter { $Name -eq 'Get-SmbShare' }
        Mock Get-NetFirewallProfile { throw [Management.Automation.CommandNotFoundException]::new('not there') }
        $facts = Invoke-Gather
        $facts.share.special.known -join ' ' | Should -Be 'False True'
        $facts.share[0]['security-descriptor'].failed.kind | Should -Be 'unsupported'
        $facts.unread[0].what | Should -Be 'firewall-profiles'
        $facts.unread[0].why.kind | Should -Be 'unsupported'
    }

    It 'a firewall rule: <name>' -ForEach @(
        @{ name = 'a range'; with = @{ Port = '20-30' }; isThere = $true }
        @{ name = 'a range elsewhere'; with = @{ Port = '26-30' }; isThere = $false }
        @{ name = 'several ports'; with = @{ Port = @('80', '25') }; isThere = $true }
        @{ name = 'another port'; with = @{ Port = '2525' }; isThere = $false }
        @{ name = 'any port and protocol'; with = @{ Port = 'Any'; Protocol = 'Any' }; isThere = $true }
        @{ name = 'any port of another protocol'; with = @{ Port = 'Any'; Protocol = 'UDP' }; isThere = $false }
        @{ name = 'any port of the SMTP service'; with = @{ Port = 'Any'; Program = 'C:\Windows\System32\inetsrv\inetinfo.exe' }; isThere = $true }
        @{ name = 'any port of another program'; with = @{ Port = 'Any'; Program = 'C:\other.exe' }; isThere = $false }
        @{ name = 'any port of another service'; with = @{ Port = 'Any'; Service = 'W32Time' }; isThere = $false }
        @{ name = 'the port for another program'; with = @{ Program = 'C:\other.exe' }; isThere = $true }
        @{ name = 'a block'; rule = @{ Action = 'Block' }; with = @{}; isThere = $true }
        @{ name = 'turned off'; rule = @{ Enabled = 'False' }; with = @{}; isThere = $true }
        @{ name = 'outbound'; rule = @{ Direction = 'Outbound' }; with = @{}; isThere = $false }
        @{ name = 'for some addresses'; with = @{ Remote = @('192.0.2.0/255.255.255.0', 'LocalSubnet') }; isThere = $true }
    ) {
        New-Rule 'tested' $(if ($null -ne $rule) { $rule } else { @{} }) @with
        $found = @((Invoke-Gather)['firewall-rule'] | Where-Object { $_.name.known -eq 'tested' })
        $found.Count | Should -Be ([int] $isThere)
        if ($name -eq 'for some addresses') { $found[0]['remote-addresses'] -join ' ' | Should -Be '192.0.2.0/255.255.255.0 LocalSubnet' }
    }

    It 'a firewall rule for the program of the SMTP service, in Turkish' {
        New-Rule 'tested' @{} -Port 'Any' -Program 'C:\WINDOWS\SYSTEM32\INETSRV\INETINFO.EXE'
        $facts = Use-Culture -Name 'tr-TR' -Block { Invoke-Gather }
        $facts['firewall-rule'].name.known -join ' ' | Should -Be 'smtp-in tested'
    }

    It 'a time limit' {
        $facts = Invoke-Gather @{ TotalSeconds = 0 }
        $facts.unread.Count | Should -Be 12
        $facts.unread[0].why.kind | Should -Be 'timed-out'
    }
}
