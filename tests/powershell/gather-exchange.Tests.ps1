# Runs src/probe/scripts/exchange.ps1 with stand-ins for the commands of Exchange.
BeforeAll {
    Import-Module "$env:SPINMAIL_PWSH_TOOLS/stubs.psm1"
    Import-Module "$PSScriptRoot/gather.psm1" -Force
    Import-CommandStub exchange
    # The stand-in demands a domain; the real command needs no parameter.
    function global:Get-ExchangeServer { }
    Import-CommandStub exchange-online Get-InboundConnector, Get-OutboundConnector
    Import-CommandStub windows-5.1 Add-PSSnapin
    if (-not ('Spinmail.Tests.Watch' -as [type])) {
        Add-Type -TypeDefinition ([IO.File]::ReadAllText("$PSScriptRoot/object-model.cs"))
    }
    $global:gather = @{ script = Get-GatherScript -Name exchange -Doors Get-WindowsCaller -Folder $TestDrive }
    function global:Get-WindowsCaller {
        @{ name = 'FABRIKAM\ex_admin'; sid = 'S-1-5-21-1-2-3-1107'; groups = @(); elevated = $false }
    }
    function script:Invoke-Gather([hashtable] $With = @{}) {
        $global:gather.lines = @(& $global:gather.script -Quiet @With)
        ConvertFrom-Lines -Lines $global:gather.lines
    }
}

AfterAll { Remove-Item -Path 'function:global:Get-WindowsCaller' -ErrorAction Ignore }

Describe 'gather exchange' {
    BeforeEach {
        $global:gather.missing = @('Get-InboundConnector', 'Get-OutboundConnector')
        Mock Get-Command { if ($Name[0] -notin $global:gather.missing) { 'there' } }
        Mock Get-ExchangeServer { [pscustomobject] @{ Name = 'EX1'; Fqdn = 'ex1.fabrikam.com'; AdminDisplayVersion = 'Version 15.2 (Build 1118.7)'; ServerRole = 'Mailbox'; Edition = 'Standard' } }
        Mock Get-SendConnector {
            [pscustomobject] @{
                Name = 'To SharePoint'; Enabled = $true; DNSRoutingEnabled = $false; IsScopedConnector = $false; FrontendProxyEnabled = $false; CloudServicesMailEnabled = $false
                Port = 25; Fqdn = $null; RequireTLS = $false; TlsAuthLevel = $null; AddressSpaces = @('SMTP:sharepoint.fabrikam.com;1', 'SMTP:*.fabrikam.com;10')
                SmartHosts = @('[192.0.2.21]'); SourceTransportServers = @('EX1', 'EX2'); MaxMessageSize = '35 MB (36,700,160 bytes)'
            }
        }
        Mock Get-ForeignConnector {
            [pscustomobject] @{
                Name = 'Drop'; Enabled = $false; DropDirectory = 'sharepoint'; IsScopedConnector = $false; RelayDsnRequired = $false
                AddressSpaces = @('SMTP:sharepoint.fabrikam.com;1'); SourceTransportServers = @('EX1'); MaxMessageSize = 'Unlimited'; DropDirectoryQuota = 'Unlimited'
            }
        }
        Mock Get-TransportService { [pscustomobject] @{ Name = 'EX1'; RootDropDirectoryPath = $null } }
        Mock Get-TransportServer { [pscustomobject] @{ Name = 'OLD1'; RootDropDirectoryPath = 'D:\drop' } }
        Mock Get-ReceiveConnector {
            [pscustomobject] @{
                Name = 'Default EX1'; Server = 'EX1'; Enabled = $true; PermissionGroups = 'ExchangeUsers, ExchangeServers'; AuthMechanism = 'Tls, Integrated'
                TransportRole = 'HubTransport'; Bindings = @('[::]:2525', '0.0.0.0:2525'); RemoteIPRanges = @('0.0.0.0-255.255.255.255'); MaxMessageSize = '36 MB (37,748,736 bytes)'
            }
        }
        Mock Get-AcceptedDomain { [pscustomobject] @{ Name = 'SharePoint'; DomainName = '*.fabrikam.com'; DomainType = 'InternalRelay'; Default = $false; MatchSubDomains = $false } }
        Mock Get-RemoteDomain {
            [pscustomobject] @{ Name = 'Default'; DomainName = '*'; TNEFEnabled = $null; ContentType = 'MimeHtmlText' }
            [pscustomobject] @{ Name = 'SharePoint'; DomainName = 'sharepoint.fabrikam.com'; TNEFEnabled = $true; ContentType = 'MimeHtmlText' }
        }
        Mock Get-TransportConfig { [pscustomobject] @{ MaxReceiveSize = '10 MB (10,485,760 bytes)'; MaxSendSize = 'Unlimited' } }
        Mock Get-InboundConnector { [pscustomobject] @{ Name = 'From office'; Enabled = $true; ConnectorType = 'OnPremises'; RequireTls = $true; RestrictDomainsToIPAddresses = $false; SenderDomains = @('smtp:*;1'); SenderIPAddresses = @() } }
        Mock Get-OutboundConnector {
            $connector = [pscustomobject] @{
                Name = 'To office'; Enabled = $true; ConnectorType = 'OnPremises'; UseMXRecord = $false; IsTransportRuleScoped = $false
                TestMode = $false; TlsSettings = 'EncryptionOnly'; RecipientDomains = @('sharepoint.fabrikam.com'); SmartHosts = @('mail.fabrikam.com')
            }
            if ($IsTransportRuleScoped) { $connector.Name = 'By rule'; $connector.IsTransportRuleScoped = $true }
            $connector
            if ($IncludeTestModeConnectors) { $test = $connector.PSObject.Copy(); $test.Name = 'Trial'; $test.TestMode = $true; $test }
        }
    }

    It 'a server, in <culture>' -ForEach @(@{ culture = 'en-US' }, @{ culture = 'de-DE' }, @{ culture = 'tr-TR' }) {
        $facts = Use-Culture -Name $culture -Block { Invoke-Gather }
        Assert-Recorded -Name 'exchange-server' -Lines $global:gather.lines
        $facts.ContainsKey('unread') | Should -BeFalse
        $facts.shell[0].how | Should -Be 'server'
        $facts['send-connector'][0]['max-message-size'].known | Should -Be 36700160
        $facts['remote-domain'].'tnef-enabled'[0].absent | Should -Be 'null'
        $facts['remote-domain'].'tnef-enabled'[1].known | Should -BeTrue
        @($facts.read | Where-Object { $_.what -eq 'receive-connector' })[0]['count'] | Should -Be 1
    }

    It 'Exchange Online, with connectors that are hidden by default' {
        $global:gather.missing = @()
        $facts = Invoke-Gather
        Assert-Recorded -Name 'exchange-online' -Lines $global:gather.lines
        $facts['outbound-connector'].name.known -join ', ' | Should -Be 'To office, By rule, Trial'
        $facts.ContainsKey('send-connector') | Should -BeFalse
    }

    It 'Exchange 2010 has Get-TransportServer' {
        $global:gather.missing += 'Get-TransportService'
        (Invoke-Gather)['transport-server'][0]['root-drop-directory-path'].known | Should -Be 'D:\drop'
    }

    It 'a remote session gives copies: one value instead of a collection, and fewer properties' {
        Mock Get-SendConnector { [pscustomobject] @{ Name = 'Copy'; Enabled = $true; AddressSpaces = 'SMTP:*;1'; SmartHosts = $null; MaxMessageSize = '0 B (0 bytes)' } }
        $connector = (Invoke-Gather)['send-connector'][0]
        $connector['address-spaces'].known -join ' ' | Should -Be 'SMTP:*;1'
        $connector['smart-hosts'].known.Count | Should -Be 0
        $connector['source-transport-servers'].failed.kind | Should -Be 'unsupported'
        $connector['max-message-size'].known | Should -Be 0
    }

    It 'a size: <text>' -ForEach @(
        @{ text = '35 MB (36.700.160 Bytes)'; bytes = 36700160 }
        @{ text = ('34,18 Mo (35' + [char] 0xA0 + '840' + [char] 0x202F + '000 octets)'); bytes = 35840000 }
        @{ text = '100 GB (107,374,182,400 bytes)'; bytes = 107374182400 }
        @{ text = '26214400'; bytes = 26214400 }
        @{ text = 'unlimited'; bytes = 'unlimited' }
        @{ text = 'about 25 MB'; bytes = $null }
        @{ text = '25 MB (none)'; bytes = $null }
    ) {
        $global:gather.size = $text
        Mock Get-TransportConfig { [pscustomobject] @{ MaxReceiveSize = $global:gather.size; MaxSendSize = 'Unlimited' } }
        $answer = (Invoke-Gather)['transport-limits'][0]['max-receive-size']
        if ($null -eq $bytes) { $answer.failed.kind | Should -Be 'malformed' } else { $answer.known | Should -Be $bytes }
    }

    It 'a getter that throws' {
        Mock Get-SendConnector { New-Object -TypeName Spinmail.Tests.BrokenConnector }
        $connector = (Invoke-Gather)['send-connector'][0]
        $connector.name.known | Should -Be 'Broken'
        $connector.enabled.failed.detail | Should -Be 'Enabled is broken'
        $connector['address-spaces'].failed.kind | Should -Be 'access-denied'
        $connector['max-message-size'].failed.kind | Should -Be 'timed-out'
    }

    It 'a role lacks a command, a server does not answer' {
        Mock Get-ForeignConnector { throw [Management.Automation.CommandNotFoundException]::new('Get-ForeignConnector') }
        Mock Get-ReceiveConnector { throw [Exception]::new('Der Server ist nicht erreichbar.') }
        $facts = Invoke-Gather
        Assert-Recorded -Name 'exchange-denied' -Lines $global:gather.lines
        "$($facts.unread.what) $($facts.unread.why.kind)" | Should -Be 'foreign-connector receive-connector unsupported other'
        $facts['transport-limits'].Count | Should -Be 1
    }

    It 'no commands, and the snap-in as the last way' {
        $global:gather.missing += 'Get-AcceptedDomain'
        Mock Add-PSSnapin { throw 'Das Snap-In ist nicht installiert.' }
        $facts = Invoke-Gather
        $facts.unread[0].why.kind | Should -Be 'unsupported'
        $facts.unread[0].why.detail | Should -BeLike '*SnapIn*E2010*'
        Mock Add-PSSnapin { } -ParameterFilter { $Name -like '*E2010' }
        (Invoke-Gather).shell[0].how | Should -Be 'snap-in'
    }

    It 'a time limit' {
        Mock Get-SendConnector { [Threading.Thread]::Sleep(1100); [pscustomobject] @{ Name = 'Slow' } }
        $facts = Invoke-Gather @{ StepSeconds = 1 }
        $facts.unread.what | Should -Be 'send-connector'
        $facts.unread.why.kind | Should -Be 'timed-out'
    }
}
