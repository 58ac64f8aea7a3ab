# Runs the commands of pages, on folders of the test and with stand-ins for commands and objects of servers.
BeforeAll {
    Import-Module "$env:SPINMAIL_PWSH_TOOLS/stubs.psm1"
    Import-CommandStub dns-server '*-DnsServerResourceRecord*'
    Import-CommandStub active-directory 'Get-ADObject', 'Set-ADObject', 'Move-ADObject'
    Import-CommandStub sharepoint-2019 'Get-SPWebApplication', 'Get-SPSite', 'Get-SPWeb', 'Get-SPContentDatabase'
    Import-CommandStub windows-5.1 'Restart-Service'
    Add-Type -TypeDefinition @'
using System.Collections.Generic;
namespace Spinmail.Tests {
  public class SPWebApplication { public string IncomingEmailServerAddress { get; set; } public int Updates; public void Update() { Updates++; } }
  public class SPList { public string EmailAlias { get; set; } }
  public class SPWeb { public List<SPList> Lists { get; set; } public bool Disposed; public void Dispose() { Disposed = true; } }
  // An object of the metabase, as ADSI shows it. Objects that it creates write into the same log.
  public class Adsi {
    public List<string> Log = new List<string>();
    public object Get(string name) { Log.Add("get " + name); return "old " + name; }
    public object[] GetEx(string name) { return new[] { Get(name) }; }
    public void Put(string name, object value) { Log.Add("put " + name + " " + value); }
    public void SetInfo() { Log.Add("save"); }
    public Adsi Create(string kind, string name) { Log.Add("create " + kind + " " + name); return new Adsi { Log = Log }; }
    public void Invoke(string method) { Log.Add("invoke " + method); }
  }
}
'@

    # The PowerShell blocks of a page, with folders and objects of the test instead of those of a server.
    function script:Get-Block([string] $Page) {
        $text = [IO.File]::ReadAllText("$PSScriptRoot/../../src/rules/explain/$Page.md")
        foreach ($match in [regex]::Matches($text, '(?s)\n```powershell\n(.*?)\n```')) {
            $match.Groups[1].Value.Replace('C:\inetpub\mailroot\', "$global:root/") -replace '(\$\w+)\\', '$1/' -replace
                "\[ADSI\]'[^']*'", '$global:adsi'
        }
    }

    function script:New-Message([string] $Path, [string] $Text, [int] $Hours = 0) {
        [IO.File]::WriteAllText("$global:root/$Path", $Text)
        (Get-Item -LiteralPath "$global:root/$Path").LastWriteTime = (Get-Date).AddHours(-$Hours)
    }

    function script:Get-Names([string] $Folder) { (Get-ChildItem -Path "$global:root/$Folder").Name -join ' ' }
}

Describe 'messages of the drop folder' {
    BeforeEach {
        $global:root = (New-Item -ItemType Directory -Path "TestDrive:/$([guid]::NewGuid())").FullName
        New-Item -ItemType Directory -Path "$global:root/drop" | Out-Null
        # What is granted, and the files that the folder holds by then: a moved file keeps its ACL.
        $global:granted = @()
        function global:icacls { $global:granted += "$args; $((Get-ChildItem -Path $args[0]).Name)" }
        $global:rights = "$global:root/rescued /grant FABRIKAM\sp_farm:(OI)(CI)M FABRIKAM\sp_web:(OI)(CI)RX; "
    }
    AfterEach { Remove-Item -Path Function:icacls }

    It 'rescues expiring messages and brings back what was deleted, once' {
        $see, $copy, $lost, $back = Get-Block 'folder-mail-expiring'
        New-Message 'drop/deleted.eml' 'deleted' 21
        New-Message 'drop/waiting.eml' 'waiting' 22
        New-Message 'drop/new.eml' 'new' 1
        . ([scriptblock]::Create($see))
        Test-Path "$global:root/rescued" | Should -BeFalse
        . ([scriptblock]::Create($copy))
        Get-Names rescued | Should -Be 'deleted.eml waiting.eml'
        $global:granted | Should -Be $global:rights

        # A second run overwrites no file.
        New-Message 'rescued/waiting.eml' 'first copy' 22
        . ([scriptblock]::Create($see))
        . ([scriptblock]::Create($copy))
        [IO.File]::ReadAllText("$global:root/rescued/waiting.eml") | Should -Be 'first copy'

        Remove-Item "$global:root/drop/deleted.eml"
        . ([scriptblock]::Create($lost))
        # The cause is fixed, and the waiting messages are delivered.
        Remove-Item "$global:root/drop/*"
        . ([scriptblock]::Create($back))
        Get-Names drop | Should -Be 'deleted.eml'
        Get-Names rescued | Should -Be 'waiting.eml'
        (Get-Item "$global:root/drop/deleted.eml").LastWriteTime | Should -BeGreaterThan (Get-Date).AddMinutes(-5)
    }

    It 'moves only messages that are for the unknown alias alone' {
        $see, $move = Get-Block 'folder-backlog'
        New-Message 'drop/alone.eml' "x-sender: a@b.c`r`nx-receiver: docs72@b.c`r`nSubject: a`r`n"
        New-Message 'drop/brackets.eml' "x-receiver: <docs72@b.c>`r`nSubject: a`r`n"
        New-Message 'drop/both.eml' "x-sender: a@b.c`r`nx-receiver: docs72@b.c`r`nx-receiver: docs@b.c`r`n"
        New-Message 'drop/body.eml' "Subject: a`r`n`r`nx-receiver: docs72@b.c`r`n"
        New-Message 'drop/longer.eml' "x-receiver: docs720@b.c`r`n"
        New-Message 'drop/empty.eml' ''
        . ([scriptblock]::Create($see))
        Get-Names drop | Should -Be 'alone.eml body.eml both.eml brackets.eml empty.eml longer.eml'

        New-Item -ItemType Directory -Path "$global:root/unknown" | Out-Null
        New-Message 'unknown/alone.eml' 'an earlier one'
        # As at a prompt, an error about one message does not stop the others.
        $ErrorActionPreference = 'Continue'
        . ([scriptblock]::Create($move)) 2> $null
        Get-Names drop | Should -Be 'alone.eml body.eml both.eml empty.eml longer.eml'
        [IO.File]::ReadAllText("$global:root/unknown/alone.eml") | Should -Be 'an earlier one'
        Get-Names unknown | Should -Be 'alone.eml brackets.eml'
    }

    It 'keeps every byte of a message that gets its recipient' {
        $bytes = [byte[]](0..255)
        [IO.File]::WriteAllBytes("$global:root/drop/0a1b2c3d.eml", $bytes)
        . ([scriptblock]::Create((Get-Block 'folder-mail-unroutable')))
        Get-Names drop | Should -Be '0a1b2c3d-routed.eml'
        $whole = [IO.File]::ReadAllBytes("$global:root/drop/0a1b2c3d-routed.eml")
        $lines = [Text.Encoding]::ASCII.GetString($whole, 0, $whole.Count - 256)
        $lines | Should -Be "x-sender: user@contoso.com`r`nx-receiver: docs@sharepoint.fabrikam.com`r`n"
        $whole[-256..-1] | Should -Be $bytes
        $global:granted | Should -Be $global:rights
        [IO.File]::ReadAllBytes("$global:root/rescued/0a1b2c3d.eml") | Should -Be $bytes
    }
}

Describe 'DNS records' {
    BeforeEach {
        $global:removed = @()
        Mock Get-DnsServerResourceRecord {
            $names = if ($Node) { @($Name) } else { $Name, "below.$Name" }
            foreach ($one in $names) {
                foreach ($exchange in $global:exchanges) {
                    [pscustomobject]@{ HostName = $one; RecordData = [pscustomobject]@{ MailExchange = $exchange } }
                }
            }
        }
        Mock Add-DnsServerResourceRecordMX { }
        Mock Add-DnsServerResourceRecordA { }
        Mock Remove-DnsServerResourceRecord { $global:removed += "$($InputObject.HostName) $($InputObject.RecordData.MailExchange)" }
    }

    It '<page> removes one record, <exchange>' -ForEach @(
        @{ page = 'dns-mx-is-address'; exchange = '192.0.2.21.' }
        @{ page = 'dns-mx-is-alias'; exchange = 'mail.fabrikam.com.' }
        @{ page = 'dns-mx-no-address'; exchange = 'sp1.fabrikam.com.fabrikam.com.' }
        @{ page = 'dns-mx-order'; exchange = 'sp2.fabrikam.com.' }
        @{ page = 'dns-null-mx'; exchange = '.' }
        @{ page = 'dns-null-mx-with-others'; exchange = '.' }
    ) {
        $global:exchanges = $exchange, 'other.fabrikam.com.'
        $see, $change = Get-Block $page | Select-Object -First 2
        . ([scriptblock]::Create($see)) | Out-Null
        $global:removed | Should -HaveCount 0
        . ([scriptblock]::Create($change)) | Out-Null
        $global:removed | Should -Be "sharepoint $exchange"
    }

    It 'no page removes what is below a name' {
        foreach ($file in Get-ChildItem "$PSScriptRoot/../../src/rules/explain/dns-*.md") {
            foreach ($block in Get-Block $file.BaseName) {
                $tree = [Management.Automation.Language.Parser]::ParseInput($block, [ref] $null, [ref] $null)
                $calls = $tree.FindAll({ $args[0] -is [Management.Automation.Language.CommandAst] }, $true)
                foreach ($call in @($calls | Where-Object { $_.GetCommandName() -eq 'Get-DnsServerResourceRecord' })) {
                    "$call" | Should -Match ' -Node\b' -Because $file.BaseName
                }
            }
        }
    }
}

Describe 'objects of Active Directory' {
    It '<page> shows the objects before it changes them' -ForEach @(
        @{ page = 'directory-contact-closed' }
        @{ page = 'directory-contact-encoding' }
        @{ page = 'directory-contact-mapi' }
        @{ page = 'directory-contact-open' }
        @{ page = 'directory-container-shared' }
    ) {
        $global:changed = @()
        Mock Get-ADObject { [pscustomobject]@{ Name = 'a'; ObjectClass = 'contact'; DistinguishedName = 'CN=a' }, [pscustomobject]@{ Name = 'b'; ObjectClass = 'contact'; DistinguishedName = 'CN=b' } }
        Mock Set-ADObject { $global:changed += "$(if ($InputObject) { $InputObject.Name } else { $Identity.Name })" }
        Mock Move-ADObject { $global:changed += "$($Identity.Name)" }
        $see, $change = Get-Block $page
        . ([scriptblock]::Create($see)) | Out-Null
        $global:changed | Should -HaveCount 0
        . ([scriptblock]::Create($change))
        $global:changed | Should -Be 'a', 'b'
    }
}

Describe 'SharePoint' {
    It 'clears the address of a web application' {
        $global:application = [Spinmail.Tests.SPWebApplication] @{ IncomingEmailServerAddress = 'mail.fabrikam.com' }
        Mock Get-SPWebApplication { $global:application }
        . ([scriptblock]::Create((Get-Block 'farm-address-overridden'))) | Should -Be 'mail.fabrikam.com'
        # `$null` means the farm's value, an empty string does not.
        $null -eq $global:application.IncomingEmailServerAddress | Should -BeTrue
        $global:application.Updates | Should -Be 1
    }

    It 'writes the aliases of all lists' {
        $global:web = [Spinmail.Tests.SPWeb] @{ Lists = [Collections.Generic.List[Spinmail.Tests.SPList]]@(
                [Spinmail.Tests.SPList] @{ EmailAlias = 'docs' }, [Spinmail.Tests.SPList] @{ EmailAlias = $null }, [Spinmail.Tests.SPList] @{ EmailAlias = 'news' }) }
        Mock Get-SPSite { 'site' }
        Mock Get-SPWeb { $global:web }
        Push-Location TestDrive:/
        try {
            . ([scriptblock]::Create((Get-Block 'folder-alias-unknown' | Select-Object -First 1)))
            Get-Content aliases.txt | Should -Be 'docs', 'news'
        } finally { Pop-Location }
        $global:web.Disposed | Should -BeTrue
    }
}

Describe 'the SMTP service' {
    It '<page>: <log>' -ForEach @(
        @{ page = 'folder-mail-too-large'; log = 'get MaxMessageSize, put MaxMessageSize 52428800, save' }
        @{ page = 'iis-alias-domain-missing'; log = 'create IIsSmtpDomain sharepoint.fabrikam.com, put RouteAction 16, save' }
        @{ page = 'iis-domain-not-alias'; log = 'get RouteAction, put RouteAction 16, save' }
        @{ page = 'iis-drop-directory-differs'; log = 'get DropDirectory, put DropDirectory D:/Drop, save' }
        @{ page = 'iis-hops-few'; log = 'get HopCount, put HopCount 30, save' }
        @{ page = 'iis-loopback-only'; log = 'get ServerBindings, put ServerBindings :25:, save' }
        @{ page = 'iis-name-foreign'; log = 'put FullyQualifiedDomainName sp1.fabrikam.com, save' }
        @{ page = 'iis-server-stopped'; log = 'put ServerAutoStart True, save, invoke Start' }
        @{ page = 'iis-size-small'; log = 'get MaxSessionSize, get MaxMessageSize, put MaxSessionSize 73400320, put MaxMessageSize 73400320, save' }
        @{ page = 'smtp-refuses-recipient'; log = 'create IIsSmtpDomain sharepoint.fabrikam.com, put RouteAction 16, save' }
        @{ page = 'smtp-size-small'; log = 'get MaxSessionSize, get MaxMessageSize, put MaxSessionSize 73400320, put MaxMessageSize 73400320, save' }
    ) {
        $global:root = 'D:'
        $global:adsi = [Spinmail.Tests.Adsi]::new()
        Mock Restart-Service { }
        $block = Get-Block $page | Where-Object { $_.Contains('$global:adsi') }
        . ([scriptblock]::Create($block)) | Out-Null
        $global:adsi.Log -join ', ' | Should -Be $log
    }
}
