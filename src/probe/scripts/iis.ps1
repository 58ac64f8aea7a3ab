<#
.SYNOPSIS
    Reads the running configuration of the SMTP service of Windows. It changes nothing.
.DESCRIPTION
    Run it in Windows PowerShell on each server that runs the SMTP service, elevated. It asks the
    metabase by ADSI and by WMI, because the file MetaBase.xml can be older than what runs. It writes
    facts as JSON Lines in ASCII, and an end line: a run without it was cut short.
    It is part of spinmail, which does not read its output yet.
.PARAMETER TotalSeconds
    The time limit of the whole run. What was not read by then is reported as not read.
.PARAMETER StepSeconds
    The time limit of each step.
.PARAMETER Console
    Writes to the standard output of the process instead of the pipeline: for a program that reads it.
.PARAMETER Quiet
    Does not say on standard error what is being read.
.EXAMPLE
    .\iis.ps1 | Set-Content -LiteralPath iis.jsonl -Encoding Ascii
#>
[CmdletBinding()]
param(
    [int] $TotalSeconds = 600,
    [int] $StepSeconds = 120,
    [switch] $Console,
    [switch] $Quiet
)
$scriptName = 'iis'

# ---- Common part: the same text in all gather scripts; the original is common.ps1 ----------------
Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
# powershell.exe writes warnings to standard output.
$WarningPreference = 'SilentlyContinue'

# In ConstrainedLanguage (AppLocker, Device Guard) nearly every call below is refused.
$languageMode = [string] $ExecutionContext.SessionState.LanguageMode
if ($languageMode -ne 'FullLanguage') {
    '{"kind":"header","format":1,"script":"' + $scriptName + '","language-mode":"' + $languageMode + '"}'
    '{"kind":"unread","what":"everything","where":"","why":{"kind":"unsupported",' +
    '"detail":"the language mode of PowerShell is ' + $languageMode + '"}}'
    '{"kind":"end","seconds":0,"counts":{"header":1,"unread":1,"end":1}}'
    return
}

# What the functions below share. A variable of the script itself would be global when the text runs
# as a script block.
$shared = @{
    Invariant = [Globalization.CultureInfo]::InvariantCulture
    # What JSON in ASCII escapes.
    Unsafe = [regex] '[^\x20\x21\x23-\x5B\x5D-\x7E]'
    # Where a word begins in a name such as UseAutomaticSettings or OSLanguage.
    WordStart = [regex] '(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z]{2})(?=[A-Z][a-z])'
    Names = @{}
    Watch = [Diagnostics.Stopwatch]::StartNew()
    StepEnds = [double] $TotalSeconds
    Counts = [ordered] @{}
}

function ConvertTo-QuotedText {
    # A text as JSON in ASCII. A half of a surrogate pair, which JSON readers refuse, becomes U+FFFD.
    param([string] $Text)
    if (-not $shared.Unsafe.IsMatch($Text)) { return '"' + $Text + '"' }
    $json = New-Object -TypeName System.Text.StringBuilder
    [void] $json.Append('"')
    for ($i = 0; $i -lt $Text.Length; $i++) {
        $unit = $Text[$i]
        $code = [int] $unit
        if ($code -ge 0x20 -and $code -le 0x7E -and $code -ne 0x22 -and $code -ne 0x5C) {
            [void] $json.Append($unit)
            continue
        }
        $isWhole = -not [char]::IsSurrogate($unit)
        if (-not $isWhole -and $i + 1 -lt $Text.Length -and [char]::IsSurrogatePair($unit, $Text[$i + 1])) {
            [void] $json.Append('\u').Append($code.ToString('x4', $shared.Invariant))
            $i++
            $code = [int] $Text[$i]
            $isWhole = $true
        }
        if (-not $isWhole) { $code = 0xFFFD }
        [void] $json.Append('\u').Append($code.ToString('x4', $shared.Invariant))
    }
    [void] $json.Append('"')
    $json.ToString()
}

function ConvertTo-JsonText {
    # A value as JSON: texts, numbers, truth values, lists, tables. Everything else becomes its text.
    param($Value)
    if ($null -eq $Value) { return 'null' }
    if ($Value -is [string]) { return ConvertTo-QuotedText -Text $Value }
    if ($Value -is [Collections.IDictionary]) {
        # Not by .Keys: a key may have this name. Plain texts are not worth a call: lists come in thousands.
        $members = @(foreach ($pair in $Value.GetEnumerator()) {
                $name = $pair.Key
                $item = $pair.Value
                if ($shared.Unsafe.IsMatch($name)) { $name = ConvertTo-QuotedText -Text $name }
                else { $name = '"' + $name + '"' }
                if ($item -isnot [string] -or $shared.Unsafe.IsMatch($item)) { $item = ConvertTo-JsonText -Value $item }
                else { $item = '"' + $item + '"' }
                $name + ':' + $item
            })
        return '{' + ($members -join ',') + '}'
    }
    if ($Value -is [bool]) { if ($Value) { return 'true' } else { return 'false' } }
    if ($Value -is [enum]) { return ConvertTo-QuotedText -Text $Value.ToString() }
    if ($Value.GetType() -in [int], [long], [uint32], [uint16], [byte]) { return $Value.ToString($shared.Invariant) }
    if ($Value -is [datetime]) {
        # Its kind says what the clock was, where it is known.
        $text = $Value.ToString('yyyy-MM-ddTHH:mm:ss.fff', $shared.Invariant)
        return '{"value":"' + $text + '","clock":"' + $Value.Kind.ToString() + '"}'
    }
    if ($Value -is [Collections.IList]) {
        $items = @(foreach ($item in $Value) { ConvertTo-JsonText -Value $item })
        return '[' + ($items -join ',') + ']'
    }
    ConvertTo-QuotedText -Text ([string] $Value)
}

function Get-UtcText {
    # A time whose clock is known, in RFC 3339 and UTC.
    param([datetime] $Time)
    $Time.ToUniversalTime().ToString('yyyy-MM-ddTHH:mm:ss.fff', $shared.Invariant) + 'Z'
}

function Write-Fact {
    # Writes one line: its kind, then its members.
    param([string] $Kind, $Members)
    $shared.Counts[$Kind] = 1 + [int] $shared.Counts[$Kind]
    $text = ConvertTo-JsonText -Value $Members
    $line = '{"kind":"' + $Kind + '"'
    if ($text -ne '{}') { $line += ',' + $text.Substring(1) } else { $line += '}' }
    if ($Console) { [Console]::Out.WriteLine($line) } else { $line }
}

function Write-Progressing {
    # Says on standard error what is being read.
    param([string] $Text)
    if ($Quiet) { return }
    [Console]::Error.WriteLine('{0}: {1}', $scriptName, (ConvertTo-QuotedText -Text $Text).Trim('"'))
}

function Get-FailureKind {
    # The kind of a failure, by types and numbers: messages are localized.
    param($Exception)
    $name = $Exception.GetType().FullName
    if ($name -like '*UnauthorizedAccessException' -or $name -like '*SecurityException') { return 'access-denied' }
    if ($name -like '*TimeoutException') { return 'timed-out' }
    if ($name -like '*CommandNotFoundException' -or $name -like '*PlatformNotSupportedException') {
        return 'unsupported'
    }
    if ($name -like '*FileNotFoundException' -or $name -like '*DirectoryNotFoundException' -or
        $name -like '*ItemNotFoundException' -or $name -like '*IdentityNotMappedException') { return 'not-found' }
    if ($name -like '*.SqlException') {
        $number = $Exception.PSObject.Properties['Number']
        if ($null -ne $number) {
            # Permission denied; the database cannot be opened; login failed.
            if ($number.Value -in 229, 230, 297, 300, 916, 4060, 18452, 18456) { return 'access-denied' }
            if ($number.Value -eq -2) { return 'timed-out' }
            if ($number.Value -in 2, 17, 26, 40, 53, 258, 10060, 10061, 11001) { return 'unreachable' }
        }
        return 'other'
    }
    if ($name -like '*.CimException') {
        $code = [string] $Exception.PSObject.Properties['NativeErrorCode'].Value
        if ($code -eq 'AccessDenied') { return 'access-denied' }
        if ($code -eq 'NotFound') { return 'not-found' }
        if ($code -in 'InvalidNamespace', 'InvalidClass', 'NotSupported') { return 'unsupported' }
    }
    # HRESULTs: E_ACCESSDENIED; file, path, element, account, alias or group not found; class not
    # registered; a path, object or property that ADSI does not know; the RPC server is not there.
    $result = $Exception.PSObject.Properties['HResult']
    if ($null -ne $result) {
        switch (([int] $result.Value).ToString('X8', $shared.Invariant)) {
            '80070005' { return 'access-denied' }
            '80070002' { return 'not-found' }
            '80070003' { return 'not-found' }
            '80070490' { return 'not-found' }
            '80070534' { return 'not-found' }
            '80070560' { return 'not-found' }
            '800708AC' { return 'not-found' }
            '80040154' { return 'unsupported' }
            '80005000' { return 'unsupported' }
            '80005004' { return 'not-found' }
            '80005006' { return 'unsupported' }
            '800706BA' { return 'unreachable' }
        }
    }
    'other'
}

function New-Failure {
    param([string] $Kind, [string] $Detail)
    [ordered] @{ kind = $Kind; detail = $Detail }
}

function Get-Failure {
    # Why something could not be read. The innermost exception has the cause.
    param($ErrorRecord)
    $exception = $ErrorRecord.Exception
    $kind = Get-FailureKind -Exception $exception
    while ($null -ne $exception.InnerException) {
        $exception = $exception.InnerException
        $inner = Get-FailureKind -Exception $exception
        if ($inner -ne 'other') { $kind = $inner }
    }
    if ($ErrorRecord.FullyQualifiedErrorId -eq 'MethodNotFound') { $kind = 'unsupported' }
    $detail = ([regex]::Replace([string] $exception.Message, '\s+', ' ')).Trim()
    if ($detail -eq '') { $detail = 'no message' }
    $failure = New-Failure -Kind $kind -Detail $detail
    $failure['type'] = $exception.GetType().FullName
    $failure
}

function New-Answer {
    # A value that was read. Null is an answer too: there is nothing.
    param($Value)
    if ($null -eq $Value) { return @{ absent = 'null' } }
    @{ known = $Value }
}

function New-FailedAnswer {
    param($ErrorRecord)
    @{ failed = (Get-Failure -ErrorRecord $ErrorRecord) }
}

function Read-Property {
    # The answer to one property of a .NET object. PowerShell hides an exception from $Object.Name and
    # gives $null; it does not hide one from the getter.
    param($Object, [string] $Name)
    try {
        $value = $Object."get_$Name"()
    } catch {
        if ($_.FullyQualifiedErrorId -eq 'MethodNotFound') {
            return @{ failed = (New-Failure -Kind 'unsupported' -Detail "this version has no property $Name") }
        }
        return New-FailedAnswer -ErrorRecord $_
    }
    New-Answer -Value $value
}

function Get-MemberValue {
    # A member of an object that a command gave, whether a .NET object or not; null where this version lacks
    # it. An exception of its getter is not hidden here either.
    param($Object, [string] $Name)
    $property = $Object.PSObject.Properties[$Name]
    if ($null -ne $property) { , $property.get_Value() }
}

function Read-Path {
    # The answer to a property of a property, and so on.
    param($Object, [string[]] $Names)
    $answer = New-Answer -Value $Object
    foreach ($name in $Names) {
        if (-not $answer.ContainsKey('known')) { return $answer }
        $answer = Read-Property -Object $answer['known'] -Name $name
    }
    $answer
}

function Get-MemberName {
    # UseAutomaticSettings becomes use-automatic-settings, OSLanguage os-language.
    param([string] $Name)
    if (-not $shared.Names.ContainsKey($Name)) {
        $shared.Names[$Name] = $shared.WordStart.Replace($Name, '-').ToLowerInvariant()
    }
    $shared.Names[$Name]
}

function Read-Properties {
    # Answers to properties, by their names as members of a line.
    param($Object, [string[]] $Names)
    $answers = [ordered] @{}
    foreach ($name in $Names) {
        $answers[(Get-MemberName -Name $name)] = Read-Property -Object $Object -Name $name
    }
    $answers
}

function Copy-Answers {
    # Puts answers into the members of a line, after those that are there.
    param($Answers, $Facts)
    foreach ($pair in $Answers.GetEnumerator()) { $Facts[$pair.Key] = $pair.Value }
}

function Get-Label {
    # A known text, or what stands in for it.
    param($Answer, [string] $Otherwise)
    if ($Answer.ContainsKey('known') -and [string] $Answer['known'] -ne '') { return [string] $Answer['known'] }
    $Otherwise
}

function Write-Unread {
    # Writes what could not be read, or not to its end, and why.
    param([string] $What, [string] $Where, $Failure)
    Write-Fact -Kind 'unread' -Members ([ordered] @{ what = $What; where = $Where; why = $Failure })
}

function Write-Read {
    # Writes that something was read to its end: what is not among the lines does not exist.
    param([string] $What, [string] $Where, [int] $Count)
    Write-Fact -Kind 'read' -Members ([ordered] @{ what = $What; where = $Where; count = $Count })
}

function Assert-TimeLeft {
    if ($shared.Watch.Elapsed.TotalSeconds -ge $shared.StepEnds) {
        throw (New-Object -TypeName System.TimeoutException -ArgumentList 'the time limit was reached')
    }
}

function Start-Step {
    # Begins a step, which has its own time limit within the limit of the whole.
    param([string] $Text, [int] $Seconds)
    Write-Progressing -Text $Text
    $shared.StepEnds = [Math]::Min([double] $TotalSeconds, $shared.Watch.Elapsed.TotalSeconds + $Seconds)
    Assert-TimeLeft
}

function Get-WindowsCaller {
    # The account that runs this, and its groups as security identifiers.
    $identity = [Security.Principal.WindowsIdentity]::GetCurrent()
    $user = $identity.get_User().get_Value()
    $groups = @(foreach ($claim in $identity.get_Claims()) { if ($claim.Value -like 'S-1-*') { $claim.Value } })
    $principal = New-Object -TypeName System.Security.Principal.WindowsPrincipal -ArgumentList $identity
    $elevated = $principal.IsInRole([Security.Principal.WindowsBuiltInRole]::Administrator)
    @{ name = $identity.get_Name(); sid = $user; groups = $groups; elevated = $elevated }
}

function Write-Header {
    $header = [ordered] @{
        format = 1
        script = $scriptName
        machine = [Environment]::MachineName
        time = Get-UtcText -Time ([datetime]::UtcNow)
        'offset-minutes' = [int] [TimeZoneInfo]::Local.GetUtcOffset([datetime]::UtcNow).TotalMinutes
        powershell = $PSVersionTable.PSVersion.ToString()
        culture = [Globalization.CultureInfo]::CurrentCulture.Name
        'ui-culture' = [Globalization.CultureInfo]::CurrentUICulture.Name
        'language-mode' = $languageMode
        bits = 8 * [IntPtr]::Size
    }
    try {
        $caller = Get-WindowsCaller
        $header['user'] = @{ known = $caller.name }
        $header['user-sid'] = @{ known = $caller.sid }
        $header['elevated'] = @{ known = $caller.elevated }
        # A token that is not elevated holds the group of administrators as one that only denies.
        $header['administrator'] = @{ known = ($caller.elevated -or 'S-1-5-32-544' -in $caller.groups) }
    } catch {
        $answer = New-FailedAnswer -ErrorRecord $_
        foreach ($name in 'user', 'user-sid', 'elevated', 'administrator') { $header[$name] = $answer }
    }
    Write-Fact -Kind 'header' -Members $header
}

function Write-End {
    # The last line. Without it the run was cut short.
    $shared.Counts['end'] = 1
    $counts = $shared.Counts
    $shared.Counts = [ordered] @{}
    $seconds = [int] $shared.Watch.Elapsed.TotalSeconds
    Write-Fact -Kind 'end' -Members ([ordered] @{ seconds = $seconds; counts = $counts })
}
# ---- End of the common part ----------------------------------------------------------------------

# ---- What needs Windows: one small function each -------------------------------------------------

# PowerShell shows an ADSI object by its own names: .psbase is the .NET object. Its getters, called as
# methods, do not hide an exception.

function Get-MetabaseObject {
    # An object of the metabase, by ADSI. It is read when it is first asked: this shows whether it is there.
    param([string] $Path)
    $entry = New-Object -TypeName System.DirectoryServices.DirectoryEntry -ArgumentList $Path
    [void] $entry.psbase.get_SchemaClassName()
    $entry
}

function Get-MetabaseClass {
    param($Entry)
    [string] $Entry.psbase.get_SchemaClassName()
}

function Get-MetabaseName {
    param($Entry)
    [string] $Entry.psbase.get_Name()
}

function Get-MetabaseChild {
    # The objects below an object of the metabase.
    param($Entry)
    foreach ($child in $Entry.psbase.get_Children()) { $child }
}

function Get-MetabaseValue {
    # The values of a property of such an object. None where neither it nor its parents have one.
    param($Entry, [string] $Name)
    foreach ($value in $Entry.psbase.get_Properties().get_Item($Name)) { , $value }
}

function Get-AddressList {
    # A list of addresses, which ADSI gives as an object of its own.
    param($List, [string] $Name)
    foreach ($item in @($List.GetType().InvokeMember($Name, 'GetProperty', $null, $List, $null))) { $item }
}

function Get-CimObject {
    # Objects of a class of the SMTP service in Windows Management Instrumentation. It needs the feature
    # IIS 6 WMI Compatibility.
    param([string] $Class)
    Get-CimInstance -Namespace 'root/MicrosoftIISv2' -ClassName $Class -OperationTimeoutSec $StepSeconds
}

function Get-MetabaseFile {
    # The file of the metabase.
    Get-Item -LiteralPath (Join-Path -Path $env:SystemRoot -ChildPath 'System32\inetsrv\MetaBase.xml')
}

# ---- Values --------------------------------------------------------------------------------------

# The properties that rules look at. Their names are the same in ADSI, WMI and the file.
$settings = 'ServerComment', 'ServerAutoStart', 'ServerBindings', 'DropDirectory', 'BadMailDirectory', 'QueueDirectory',
'PickupDirectory', 'DefaultDomain', 'FullyQualifiedDomainName', 'MaxMessageSize', 'MaxSessionSize', 'MaxRecipients',
'HopCount', 'AuthFlags', 'RelayForAuth', 'SmtpDisableRelay', 'SmartHost', 'SmartHostType', 'ConnectResponse', 'LogType',
'LogFileDirectory', 'SmtpRemoteProgressiveRetry', 'SmtpLocalNDRExpireMinutes', 'RouteAction', 'RouteActionString'

function Get-HexText {
    # Bytes as the file of the metabase writes them.
    param($Bytes)
    -join @(foreach ($byte in $Bytes) { ([byte] $byte).ToString('x2', $shared.Invariant) })
}

function Read-AdsiValue {
    # The answer to a property by ADSI: a value, or several as a list.
    param($Entry, [string] $Name)
    try { $values = @(Get-MetabaseValue -Entry $Entry -Name $Name) }
    catch { return New-FailedAnswer -ErrorRecord $_ }
    if ($values.Count -eq 0) { return New-Answer -Value $null }
    $texts = @(foreach ($value in $values) {
            if ($value -is [bool] -or $value -is [int]) { $value } else { [string] $value }
        })
    if ($Name -eq 'ServerBindings') { return New-Answer -Value $texts }
    New-Answer -Value $texts[0]
}

function Read-AddressList {
    # The answer to a list of addresses: who is granted, who is denied, and what holds for the others. An
    # absent list is not an empty one.
    param($Entry, [string] $Name)
    try {
        $lists = @(Get-MetabaseValue -Entry $Entry -Name $Name)
        if ($lists.Count -eq 0) { return New-Answer -Value $null }
        $list = $lists[0]
        if ($list -is [byte[]]) { return New-Answer -Value ([ordered] @{ bytes = (Get-HexText -Bytes $list) }) }
        $grants = @(Get-AddressList -List $list -Name 'GrantByDefault')
        New-Answer -Value ([ordered] @{
                'grant-by-default' = [bool] $grants[0]
                granted = @(Get-AddressList -List $list -Name 'IPGrant')
                denied = @(Get-AddressList -List $list -Name 'IPDeny')
                'granted-domains' = @(Get-AddressList -List $list -Name 'DomainGrant')
                'denied-domains' = @(Get-AddressList -List $list -Name 'DomainDeny')
            })
    } catch { New-FailedAnswer -ErrorRecord $_ }
}

function Read-AdsiSettings {
    # The settings of one object of the metabase. Those that are not set, or that its class does not have,
    # are left out.
    param($Entry)
    $answers = [ordered] @{}
    foreach ($name in $settings) {
        $answer = Read-AdsiValue -Entry $Entry -Name $name
        if ($answer.ContainsKey('absent')) { continue }
        if ($answer.ContainsKey('failed') -and $answer['failed']['kind'] -eq 'unsupported') { continue }
        $answers[$name] = $answer
    }
    $answers
}

# ---- By ADSI -------------------------------------------------------------------------------------

function Write-AdsiDomains {
    # The domains of a virtual server: alias domains and remote domains.
    param($Server, [string] $Name)
    $count = 0
    foreach ($folder in @(Get-MetabaseChild -Entry $Server)) {
        if ((Get-MetabaseName -Entry $folder) -ne 'Domain') { continue }
        foreach ($domain in @(Get-MetabaseChild -Entry $folder)) {
            if ((Get-MetabaseClass -Entry $domain) -ne 'IIsSmtpDomain') { continue }
            Write-Fact -Kind 'domain' -Members ([ordered] @{
                    source = 'adsi'; server = $Name; name = (Get-MetabaseName -Entry $domain)
                    settings = (Read-AdsiSettings -Entry $domain)
                })
            $count++
        }
    }
    Write-Read -What 'domains' -Where ('adsi/' + $Name) -Count $count
}

function Write-Adsi {
    # The SMTP service and its virtual servers. This is the reference: it is what the console shows.
    $service = Get-MetabaseObject -Path 'IIS://localhost/SmtpSvc'
    $own = Read-AdsiSettings -Entry $service
    Write-Fact -Kind 'smtp-service' -Members ([ordered] @{ source = 'adsi'; settings = $own })
    $count = 0
    foreach ($server in @(Get-MetabaseChild -Entry $service)) {
        Assert-TimeLeft
        if ((Get-MetabaseClass -Entry $server) -ne 'IIsSmtpServer') { continue }
        $name = Get-MetabaseName -Entry $server
        Write-Fact -Kind 'virtual-server' -Members ([ordered] @{
                source = 'adsi'; name = $name
                state = (Read-AdsiValue -Entry $server -Name 'ServerState')
                'relay-list' = (Read-AddressList -Entry $server -Name 'RelayIpList')
                'connection-list' = (Read-AddressList -Entry $server -Name 'IPSecurity')
                settings = (Read-AdsiSettings -Entry $server)
            })
        $count++
        try { Write-AdsiDomains -Server $server -Name $name }
        catch { Write-Unread -What 'domains' -Where ('adsi/' + $name) -Failure (Get-Failure -ErrorRecord $_) }
    }
    Write-Read -What 'virtual-servers' -Where 'adsi' -Count $count
}

# ---- By WMI --------------------------------------------------------------------------------------

function Read-CimSettings {
    # The settings of an object of Windows Management Instrumentation that have a value.
    param($Object)
    $answers = [ordered] @{}
    foreach ($name in $settings) {
        $property = $Object.PSObject.Properties[$name]
        if ($null -eq $property) { continue }
        $value = $property.get_Value()
        if ($null -eq $value) { continue }
        if ($name -eq 'ServerBindings') {
            # Objects with address, port and host name, which the file writes as one text.
            $value = @(foreach ($binding in @($value)) { $binding.IP + ':' + $binding.Port + ':' + $binding.Hostname })
        } elseif ($value.GetType() -notin [bool], [int], [uint32]) { $value = [string] $value }
        $answers[$name] = New-Answer -Value $value
    }
    $answers
}

function Get-CimStates {
    # The states of the virtual servers, by their names.
    $states = @{}
    foreach ($server in @(Get-CimObject -Class 'IIsSmtpServer')) {
        $property = $server.PSObject.Properties['ServerState']
        $states[[string] $server.Name] = New-Answer -Value $null
        if ($null -ne $property) { $states[[string] $server.Name] = New-Answer -Value $property.get_Value() }
    }
    $states
}

function Write-Cim {
    # The virtual servers again, by the other way. Where the two differ, the report says so.
    $states = Get-CimStates
    $count = 0
    foreach ($server in @(Get-CimObject -Class 'IIsSmtpServerSetting')) {
        Assert-TimeLeft
        $name = ([string] $server.Name).Split('/')[-1]
        $list = @{ failed = (New-Failure -Kind 'unsupported' -Detail 'this version has no property RelayIpList') }
        $property = $server.PSObject.Properties['RelayIpList']
        if ($null -ne $property) {
            $bytes = $property.get_Value()
            $list = New-Answer -Value $null
            # Null is an absent list; no bytes are an empty one.
            if ($null -ne $bytes) {
                $list = New-Answer -Value ([ordered] @{ bytes = (Get-HexText -Bytes $bytes) })
            }
        }
        $state = New-Answer -Value $null
        if ($states.ContainsKey([string] $server.Name)) { $state = $states[[string] $server.Name] }
        Write-Fact -Kind 'virtual-server' -Members ([ordered] @{
                source = 'wmi'; name = $name; state = $state; 'relay-list' = $list
                settings = (Read-CimSettings -Object $server)
            })
        $count++
    }
    Write-Read -What 'virtual-servers' -Where 'wmi' -Count $count
}

function Write-CimDomains {
    $count = 0
    foreach ($domain in @(Get-CimObject -Class 'IIsSmtpDomainSetting')) {
        Assert-TimeLeft
        # The name is SmtpSvc/1/Domain/sharepoint.fabrikam.com.
        $parts = ([string] $domain.Name).Split('/')
        if ($parts.Length -ne 4) { continue }
        Write-Fact -Kind 'domain' -Members ([ordered] @{
                source = 'wmi'; server = $parts[1]; name = $parts[3]; settings = (Read-CimSettings -Object $domain)
            })
        $count++
    }
    Write-Read -What 'domains' -Where 'wmi' -Count $count
}

function Write-File {
    # When the file was last written. Changes reach it after a minute.
    $file = Get-MetabaseFile
    Write-Fact -Kind 'file' -Members ([ordered] @{
            path = [string] $file.FullName
            written = (Get-UtcText -Time $file.LastWriteTimeUtc)
            bytes = [long] $file.Length
        })
}

# ---- The run -------------------------------------------------------------------------------------

Write-Header
try {
    Start-Step -Text 'the file of the metabase' -Seconds $StepSeconds
    Write-File
} catch { Write-Unread -What 'file' -Where '' -Failure (Get-Failure -ErrorRecord $_) }
try {
    Start-Step -Text 'the metabase by ADSI' -Seconds $StepSeconds
    Write-Adsi
} catch { Write-Unread -What 'virtual-servers' -Where 'adsi' -Failure (Get-Failure -ErrorRecord $_) }
try {
    Start-Step -Text 'the metabase by WMI' -Seconds $StepSeconds
    Write-Cim
} catch { Write-Unread -What 'virtual-servers' -Where 'wmi' -Failure (Get-Failure -ErrorRecord $_) }
try {
    Start-Step -Text 'its domains by WMI' -Seconds $StepSeconds
    Write-CimDomains
} catch { Write-Unread -What 'domains' -Where 'wmi' -Failure (Get-Failure -ErrorRecord $_) }
Write-End
