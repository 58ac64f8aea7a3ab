# Runs src/probe/scripts/iis.ps1 with a stand-in of the metabase.
BeforeAll {
    Import-Module "$env:SPINMAIL_PWSH_TOOLS/stubs.psm1"
    Import-Module "$PSScriptRoot/gather.psm1" -Force
    Import-CommandStub windows-5.1 Get-CimInstance
    if (-not ('Spinmail.Tests.Watch' -as [type])) {
        Add-Type -TypeDefinition ([IO.File]::ReadAllText("$PSScriptRoot/object-model.cs"))
    }
    $global:doors = 'Get-WindowsCaller', 'Get-MetabaseObject', 'Get-MetabaseClass', 'Get-MetabaseName', 'Get-MetabaseChild',
    'Get-MetabaseValue', 'Get-AddressList', 'Get-MetabaseFile'
    $global:gather = @{ script = Get-GatherScript -Name iis -Doors $global:doors -Folder $TestDrive }
    function global:Get-WindowsCaller {
        @{ name = 'FABRIKAM\sp_admin'; sid = 'S-1-5-21-1-2-3-1106'; groups = @(); elevated = $true }
    }
    # An object of the metabase is a table: its class, name, values and children.
    function global:Get-MetabaseObject([string] $Path) {
        if ($Path -cne 'IIS://localhost/SmtpSvc') { throw "not expected: $Path" }
        if ($null -eq $global:gather.service) { throw [Runtime.InteropServices.COMException]::new('Unbekannter Fehler', 0x80005000) }
        $global:gather.service
    }
    function global:Get-MetabaseClass($Entry) { $Entry.class }
    function global:Get-MetabaseName($Entry) { $Entry.name }
    function global:Get-MetabaseChild($Entry) { $Entry.children }
    function global:Get-MetabaseValue($Entry, [string] $Name) {
        if ($Name -eq $global:gather.broken) { throw [UnauthorizedAccessException]::new("$Name is broken") }
        # A class without the property.
        if ($Name -eq 'RouteAction' -and $Entry.class -ne 'IIsSmtpDomain') { throw [Runtime.InteropServices.COMException]::new('', 0x80005006) }
        if (-not $Entry.values.ContainsKey($Name)) { return }
        foreach ($value in $Entry.values[$Name]) { , $value }
    }
    function global:Get-AddressList($List, [string] $Name) { $List[$Name] }
    function global:Get-MetabaseFile {
        $time = [datetime]::SpecifyKind([datetime] '2026-11-30T09:00:00', 'Utc')
        [pscustomobject] @{ FullName = 'C:\Windows\System32\inetsrv\MetaBase.xml'; LastWriteTimeUtc = $time; Length = 123456 }
    }
    function script:New-Entry([string] $Class, [string] $Name, [hashtable] $Values, [object[]] $Children = @()) {
        @{ class = $Class; name = $Name; values = $Values; children = $Children }
    }
    function script:Invoke-Gather([hashtable] $With = @{}) {
        $global:gather.lines = @(& $global:gather.script -Quiet @With)
        ConvertFrom-Lines -Lines $global:gather.lines
    }
}

AfterAll { foreach ($name in $global:doors) { Remove-Item -Path "function:global:$name" -ErrorAction Ignore } }

Describe 'gather iis' {
    BeforeEach {
        $global:gather.broken = ''
        $relay = @{ GrantByDefault = $false; IPGrant = @('127.0.0.1, 255.255.255.255'); IPDeny = @(); DomainGrant = @(); DomainDeny = @() }
        $domains = New-Entry 'IIsConfigObject' 'Domain' @{} @(
            New-Entry 'IIsSmtpDomain' 'sharepoint.fabrikam.com' @{ RouteAction = @(16) }
            New-Entry 'IIsSmtpDomain' 'remote.contoso.com' @{ RouteAction = @(2); RouteActionString = @('[192.0.2.9]') }
        )
        $first = New-Entry 'IIsSmtpServer' '1' @{
            ServerState = @(2); ServerComment = @('Default SMTP Virtual Server f' + [char] 0xFC + 'r E-Mail'); ServerAutoStart = @($true)
            ServerBindings = @(':25:', '192.0.2.21:2525:'); DropDirectory = @('C:\inetpub\mailroot\Drop'); MaxMessageSize = @(2097152); RelayIpList = @($relay)
        } @($domains, (New-Entry 'IIsConfigObject' 'Other' @{}))
        # Windows Server 2022: no relay list. An empty one is something else.
        $second = New-Entry 'IIsSmtpServer' '2' @{ ServerState = @(4) }
        $global:gather.service = New-Entry 'IIsSmtpService' 'SmtpSvc' @{ MaxMessageSize = @(2097152) } @($first, $second, (New-Entry 'IIsSmtpInfo' 'Info' @{}))
        Mock Get-CimInstance {
            if ($null -ne $global:gather.namespaceError) { throw $global:gather.namespaceError }
            switch ($ClassName) {
                'IIsSmtpServer' { [pscustomobject] @{ Name = 'SmtpSvc/1'; ServerState = 2 } }
                'IIsSmtpServerSetting' {
                    $binding = [pscustomobject] @{ IP = ''; Port = '25'; Hostname = '' }
                    [pscustomobject] @{ Name = 'SmtpSvc/1'; DropDirectory = 'D:\other'; MaxMessageSize = 2097152; ServerAutoStart = $true; ServerBindings = @($binding); RelayIpList = $null }
                    [pscustomobject] @{ Name = 'SmtpSvc/2'; RelayIpList = [byte[]] @() }
                    [pscustomobject] @{ Name = 'SmtpSvc/3'; RelayIpList = [byte[]] @(24, 0, 0, 128) }
                    [pscustomobject] @{ Name = 'SmtpSvc/4' }
                }
                'IIsSmtpDomainSetting' { [pscustomobject] @{ Name = 'SmtpSvc/1/Domain/sharepoint.fabrikam.com'; RouteAction = 16 }; [pscustomobject] @{ Name = 'SmtpSvc/1' } }
            }
        }
        $global:gather.namespaceError = $null
    }

    It 'two virtual servers, in <culture>' -ForEach @(@{ culture = 'en-US' }, @{ culture = 'de-DE' }, @{ culture = 'tr-TR' }) {
        $facts = Use-Culture -Name $culture -Block { Invoke-Gather }
        Assert-Recorded -Name 'iis' -Lines $global:gather.lines
        $facts.ContainsKey('unread') | Should -BeFalse
        $adsi = @($facts['virtual-server'] | Where-Object { $_.source -eq 'adsi' })
        $adsi[0]['relay-list'].known.granted -join ' ' | Should -Be '127.0.0.1, 255.255.255.255'
        $adsi[0].settings.ServerBindings.known -join ' ' | Should -Be ':25: 192.0.2.21:2525:'
        $adsi[1]['relay-list'].absent | Should -Be 'null'
        $wmi = @($facts['virtual-server'] | Where-Object { $_.source -eq 'wmi' })
        $wmi[0]['relay-list'].absent | Should -Be 'null'
        $wmi[1]['relay-list'].known.bytes | Should -Be ''
        $wmi[2]['relay-list'].known.bytes | Should -Be '18000080'
        $wmi[3]['relay-list'].failed.kind | Should -Be 'unsupported'
        $wmi[0].settings.DropDirectory.known | Should -Be 'D:\other'
        $facts.domain.Count | Should -Be 3
    }

    It 'a value that cannot be read is not left out' {
        $global:gather.broken = 'DropDirectory'
        $server = (Invoke-Gather)['virtual-server'][0]
        $server.settings.DropDirectory.failed.kind | Should -Be 'access-denied'
        $global:gather.broken = 'RelayIpList'
        (Invoke-Gather)['virtual-server'][0]['relay-list'].failed.detail | Should -Be 'RelayIpList is broken'
    }

    It 'no SMTP service, and no way to ask' {
        $global:gather.service = $null
        $global:gather.namespaceError = [Spinmail.Tests.CimException]::new('InvalidNamespace')
        $facts = Invoke-Gather
        Assert-Recorded -Name 'iis-nothing' -Lines $global:gather.lines
        $facts.unread.what -join ' ' | Should -Be 'virtual-servers virtual-servers domains'
        $facts.unread.where -join ' ' | Should -Be 'adsi wmi wmi'
        $facts.unread.why.kind -join ' ' | Should -Be 'unsupported unsupported unsupported'
    }
}
