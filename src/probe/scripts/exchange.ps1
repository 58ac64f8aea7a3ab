<#
.SYNOPSIS
    Reads connectors, domains and limits of Exchange that mail for SharePoint meets. It changes nothing.
.DESCRIPTION
    Run it in the Exchange Management Shell, in a remote session of it, or in PowerShell connected to
    Exchange Online, as an account with the role View-Only Organization Management. It writes facts as
    JSON Lines in ASCII, and an end line: a run without it was cut short.
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
    .\exchange.ps1 | Set-Content -LiteralPath exchange.jsonl -Encoding Ascii
#>
[CmdletBinding()]
param(
    [int] $TotalSeconds = 600,
    [int] $StepSeconds = 120,
    [switch] $Console,
    [switch] $Quiet
)
$scriptName = 'exchange'

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

# ---- The shell -----------------------------------------------------------------------------------

function Test-CommandExists {
    # Whether this shell has a command. Edition, roles of the account and product decide.
    param([string] $Name)
    [bool] (Get-Command -Name $Name -ErrorAction SilentlyContinue)
}

function Import-ExchangeShell {
    # Makes the commands of Exchange available, if they are not. The management shell or a remote session
    # is the right way; the snap-in on an Exchange server is the fallback.
    if (Test-CommandExists -Name 'Get-AcceptedDomain') {
        # Both products have Get-AcceptedDomain; only Exchange Online has connectors of this name.
        if (Test-CommandExists -Name 'Get-OutboundConnector') { return 'online' }
        return 'server'
    }
    $reasons = @()
    foreach ($version in 'SnapIn', 'E2010') {
        $name = 'Microsoft.Exchange.Management.PowerShell.' + $version
        try {
            Add-PSSnapin -Name $name
            return 'snap-in'
        } catch { $reasons += 'the snap-in ' + $name + ': ' + $_.Exception.Message }
    }
    throw (New-Object -TypeName System.PlatformNotSupportedException -ArgumentList ($reasons -join '; '))
}

# ---- Values --------------------------------------------------------------------------------------
# Objects of a remote session are copies: sizes are texts, collections can be a single value, and a
# property can be missing. So every value is taken as its text, and never by members of its own.

function New-MissingAnswer {
    param([string] $Name)
    @{ failed = (New-Failure -Kind 'unsupported' -Detail "this version has no property $Name") }
}

function Read-Member {
    # The answer to a property, where the object has it.
    param($Object, [string] $Name)
    $property = $Object.PSObject.Properties[$Name]
    if ($null -eq $property) { return New-MissingAnswer -Name $Name }
    # .Value hides an exception of the getter and gives null; the method does not.
    try { $value = $property.get_Value() } catch { return New-FailedAnswer -ErrorRecord $_ }
    if ($value -is [bool] -or $value -is [int] -or $null -eq $value) { return New-Answer -Value $value }
    New-Answer -Value ([string] $value)
}

function Read-Texts {
    # The answer to a property with several values: their texts.
    param($Object, [string] $Name)
    $property = $Object.PSObject.Properties[$Name]
    if ($null -eq $property) { return New-MissingAnswer -Name $Name }
    try { $texts = @(foreach ($value in @($property.get_Value())) { if ($null -ne $value) { [string] $value } }) }
    catch { return New-FailedAnswer -ErrorRecord $_ }
    @{ known = $texts }
}

function Read-Size {
    # The answer to a size: bytes, or "unlimited". Its text is "25 MB (26,214,400 bytes)", with the words
    # and separators of the server's language.
    param($Object, [string] $Name)
    $answer = Read-Member -Object $Object -Name $Name
    if (-not $answer.ContainsKey('known')) { return $answer }
    $text = [string] $answer['known']
    if ($text -eq 'unlimited') { return @{ known = 'unlimited' } }
    if ($text -match '\(([^()]*)\)\s*$') {
        $digits = $Matches[1] -replace '[^0-9]', ''
        if ($digits -ne '') { return @{ known = [long]::Parse($digits, $shared.Invariant) } }
    }
    if ($text -match '^[0-9]+$') { return @{ known = [long]::Parse($text, $shared.Invariant) } }
    @{ failed = (New-Failure -Kind 'malformed' -Detail ('the size is ' + $text)) }
}

function Write-Objects {
    # Writes objects of one kind: members as values, as lists of texts, and as sizes.
    param([string] $Kind, $Objects, [string[]] $Values = @(), [string[]] $Lists = @(), [string[]] $Sizes = @())
    foreach ($object in @($Objects)) {
        if ($null -eq $object) { continue }
        Assert-TimeLeft
        $facts = [ordered] @{}
        foreach ($name in $Values) { $facts[(Get-MemberName -Name $name)] = Read-Member -Object $object -Name $name }
        foreach ($name in $Lists) { $facts[(Get-MemberName -Name $name)] = Read-Texts -Object $object -Name $name }
        foreach ($name in $Sizes) { $facts[(Get-MemberName -Name $name)] = Read-Size -Object $object -Name $name }
        Write-Fact -Kind $Kind -Members $facts
    }
}

# ---- Exchange Server and Exchange Online ---------------------------------------------------------

function Get-TransportServers {
    # Get-TransportService replaced Get-TransportServer in Exchange 2013.
    if (Test-CommandExists -Name 'Get-TransportService') { return Get-TransportService }
    Get-TransportServer
}

function Get-OutboundConnectors {
    # All outbound connectors: those scoped to transport rules and those in test mode are hidden by default.
    $found = @{}
    $connectors = @(Get-OutboundConnector)
    $connectors += @(Get-OutboundConnector -IsTransportRuleScoped $true)
    $connectors += @(Get-OutboundConnector -IncludeTestModeConnectors $true)
    foreach ($connector in $connectors) {
        if ($null -eq $connector) { continue }
        $name = [string] (Get-MemberValue -Object $connector -Name 'Name')
        if ($found.ContainsKey($name)) { continue }
        $found[$name] = $true
        $connector
    }
}

function Write-ServerKind {
    # Reads and writes one kind of object of Exchange Server.
    param([string] $Kind)
    switch ($Kind) {
        'exchange-server' {
            $values = 'Name', 'Fqdn', 'AdminDisplayVersion', 'ServerRole', 'Edition'
            Write-Objects -Kind $Kind -Objects (Get-ExchangeServer) -Values $values
        }
        'send-connector' {
            $values = 'Name', 'Enabled', 'DNSRoutingEnabled', 'IsScopedConnector', 'FrontendProxyEnabled',
            'CloudServicesMailEnabled', 'Port', 'Fqdn', 'RequireTLS', 'TlsAuthLevel'
            $lists = 'AddressSpaces', 'SmartHosts', 'SourceTransportServers'
            Write-Objects -Kind $Kind -Objects (Get-SendConnector) -Values $values -Lists $lists -Sizes 'MaxMessageSize'
        }
        'foreign-connector' {
            $values = 'Name', 'Enabled', 'DropDirectory', 'IsScopedConnector', 'RelayDsnRequired'
            $lists = 'AddressSpaces', 'SourceTransportServers'
            $sizes = 'MaxMessageSize', 'DropDirectoryQuota'
            Write-Objects -Kind $Kind -Objects (Get-ForeignConnector) -Values $values -Lists $lists -Sizes $sizes
        }
        'transport-server' {
            Write-Objects -Kind $Kind -Objects (Get-TransportServers) -Values 'Name', 'RootDropDirectoryPath'
        }
        'receive-connector' {
            $values = 'Name', 'Server', 'Enabled', 'PermissionGroups', 'AuthMechanism', 'TransportRole'
            $lists = 'Bindings', 'RemoteIPRanges'
            $sizes = 'MaxMessageSize'
            Write-Objects -Kind $Kind -Objects (Get-ReceiveConnector) -Values $values -Lists $lists -Sizes $sizes
        }
    }
}

function Write-OnlineKind {
    # Reads and writes one kind of object of Exchange Online.
    param([string] $Kind)
    switch ($Kind) {
        'inbound-connector' {
            $values = 'Name', 'Enabled', 'ConnectorType', 'RequireTls', 'RestrictDomainsToIPAddresses'
            $lists = 'SenderDomains', 'SenderIPAddresses'
            Write-Objects -Kind $Kind -Objects (Get-InboundConnector) -Values $values -Lists $lists
        }
        'outbound-connector' {
            $values = 'Name', 'Enabled', 'ConnectorType', 'UseMXRecord', 'IsTransportRuleScoped', 'TestMode',
            'TlsSettings'
            $lists = 'RecipientDomains', 'SmartHosts'
            Write-Objects -Kind $Kind -Objects (Get-OutboundConnectors) -Values $values -Lists $lists
        }
    }
}

function Write-CommonKind {
    # Reads and writes one kind of object that both have.
    param([string] $Kind)
    switch ($Kind) {
        'accepted-domain' {
            $values = 'Name', 'DomainName', 'DomainType', 'Default', 'MatchSubDomains'
            Write-Objects -Kind $Kind -Objects (Get-AcceptedDomain) -Values $values
        }
        'remote-domain' {
            $values = 'Name', 'DomainName', 'TNEFEnabled', 'ContentType'
            Write-Objects -Kind $Kind -Objects (Get-RemoteDomain) -Values $values
        }
        'transport-limits' {
            Write-Objects -Kind $Kind -Objects (Get-TransportConfig) -Sizes 'MaxReceiveSize', 'MaxSendSize'
        }
    }
}

# ---- The run -------------------------------------------------------------------------------------

Write-Header
try {
    Start-Step -Text 'the commands of Exchange' -Seconds $StepSeconds
    $how = Import-ExchangeShell
} catch {
    Write-Unread -What 'everything' -Where '' -Failure (Get-Failure -ErrorRecord $_)
    Write-End
    return
}
Write-Fact -Kind 'shell' -Members ([ordered] @{ how = $how })
$kinds = 'exchange-server', 'send-connector', 'foreign-connector', 'transport-server', 'receive-connector'
if ($how -eq 'online') { $kinds = 'inbound-connector', 'outbound-connector' }
foreach ($kind in @($kinds) + @('accepted-domain', 'remote-domain', 'transport-limits')) {
    try {
        Start-Step -Text $kind -Seconds $StepSeconds
        Write-ServerKind -Kind $kind
        Write-OnlineKind -Kind $kind
        Write-CommonKind -Kind $kind
        Write-Read -What $kind -Where '' -Count ([int] $shared.Counts[$kind])
    } catch { Write-Unread -What $kind -Where '' -Failure (Get-Failure -ErrorRecord $_) }
}
Write-End
