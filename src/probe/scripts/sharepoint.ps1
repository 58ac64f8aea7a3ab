<#
.SYNOPSIS
    Reads what the farm has on record about incoming e-mail. It changes nothing.
.DESCRIPTION
    Run it in Windows PowerShell on one server of the farm, elevated, as an account that may use the
    SharePoint Management Shell (Add-SPShellAdmin, for each content database too). It writes facts as
    JSON Lines in ASCII, the e-mail-enabled lists last, and an end line: a run without it was cut short.
    It is part of spinmail, which does not read its output yet.
.PARAMETER TotalSeconds
    The time limit of the whole run. What was not read by then is reported as not read.
.PARAMETER StepSeconds
    The time limit of each step before the lists.
.PARAMETER DatabaseSeconds
    The time limit for the sites and lists of one content database.
.PARAMETER HistoryLimit
    So many entries of the delivery job's history are enough, if the newest come first.
.PARAMETER Console
    Writes to the standard output of the process instead of the pipeline: for a program that reads it.
.PARAMETER Quiet
    Does not say on standard error what is being read.
.EXAMPLE
    .\sharepoint.ps1 | Set-Content -LiteralPath sharepoint.jsonl -Encoding Ascii
#>
[CmdletBinding()]
param(
    [int] $TotalSeconds = 3600,
    [int] $StepSeconds = 120,
    [int] $DatabaseSeconds = 1200,
    [int] $HistoryLimit = 2000,
    [switch] $Console,
    [switch] $Quiet
)
$scriptName = 'sharepoint'

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

# ---- What differs on a test machine: one small function each -------------------------------------

function Get-LibraryVersion {
    # The file version of SharePoint's library: what is installed. The farm's own build says less.
    param($Farm)
    [Diagnostics.FileVersionInfo]::GetVersionInfo($Farm.GetType().Assembly.Location).FileVersion
}

function Get-ClockNow {
    # This moment, and the time zone of this server.
    $utc = [datetime]::UtcNow
    $zone = [TimeZoneInfo]::Local
    @{ utc = $utc; zone = $zone; offset = $zone.GetUtcOffset($utc) }
}

# ---- The shell -----------------------------------------------------------------------------------

function Import-SharePointShell {
    # Makes SharePoint's commands available: a snap-in up to 2019, a module in Subscription Edition.
    if (Get-Command -Name 'Get-SPFarm' -ErrorAction SilentlyContinue) { return 'loaded' }
    $reasons = @()
    try {
        Add-PSSnapin -Name 'Microsoft.SharePoint.PowerShell'
        return 'snap-in'
    } catch { $reasons += 'the snap-in Microsoft.SharePoint.PowerShell: ' + $_.Exception.Message }
    try {
        Import-Module -Name 'SharePointServer'
        return 'module'
    } catch { $reasons += 'the module SharePointServer: ' + $_.Exception.Message }
    if ([IntPtr]::Size -eq 4) { $reasons += 'this PowerShell has 32 bits, SharePoint needs 64' }
    throw (New-Object -TypeName System.PlatformNotSupportedException -ArgumentList ($reasons -join '; '))
}

function Test-TypeName {
    # Whether an object is of a type, or of one derived from it. Shown names are localized.
    param($Object, [string] $Name)
    $type = $Object.GetType()
    while ($null -ne $type) {
        if ($type.FullName -eq $Name) { return $true }
        $type = $type.BaseType
    }
    $false
}

# ---- Farm and servers ----------------------------------------------------------------------------

function Get-ProductName {
    # The product, by the build: 2016 and later share the major number 16.
    param([version] $Build)
    if ($Build.Major -eq 15) { return '2013' }
    if ($Build.Major -ne 16) { return $null }
    if ($Build.Build -lt 10000) { return '2016' }
    if ($Build.Build -lt 13000) { return '2019' }
    'subscription'
}

function Read-Account {
    # The account of a process, as SharePoint has it on record. Passwords are never read.
    param($Object, [string] $Property)
    $account = [ordered] @{}
    foreach ($name in 'Username', 'CurrentIdentityType', 'CurrentSecurityIdentifier') {
        $account[(Get-MemberName -Name $name)] = Read-Path -Object $Object -Names $Property, $name
    }
    $account
}

function Write-Farm {
    param($Farm)
    $facts = Read-Properties -Object $Farm -Names 'Id', 'Name', 'BuildVersion', 'NeedsUpgrade'
    $build = $facts['build-version']
    $facts['product'] = $build
    if ($build.ContainsKey('known')) { $facts['product'] = New-Answer -Value (Get-ProductName -Build $build['known']) }
    try { $facts['library-version'] = New-Answer -Value (Get-LibraryVersion -Farm $Farm) }
    catch { $facts['library-version'] = New-FailedAnswer -ErrorRecord $_ }
    try { $facts['caller-is-farm-administrator'] = New-Answer -Value $Farm.CurrentUserIsAdministrator() }
    catch { $facts['caller-is-farm-administrator'] = New-FailedAnswer -ErrorRecord $_ }
    $timer = Read-Property -Object $Farm -Name 'TimerService'
    $facts['timer-account'] = $timer
    if ($timer.ContainsKey('known')) {
        $facts['timer-account'] = New-Answer -Value (Read-Account -Object $timer['known'] -Property 'ProcessIdentity')
    }
    Write-Fact -Kind 'farm' -Members $facts
}

function Read-PatchStatus {
    # What SharePoint has on record about the patches of a server. Get-SPProduct writes that record
    # again, so it is not used.
    param($Farm, $Server)
    $versions = [Microsoft.SharePoint.Administration.SPProductVersions]::GetProductVersions($Farm)
    $information = $versions.GetServerProductInfo($Server.get_Id())
    if ($null -eq $information) { return 'NoActionRequired' }
    $status = [string] $information.get_InstallStatus()
    if ($status -eq 'InstallRequired') { return $status }
    [string] $information.GetUpgradeStatus($Farm, $Server)
}

function Write-Servers {
    param($Farm)
    $count = 0
    foreach ($server in @(Get-SPServer)) {
        Assert-TimeLeft
        $names = 'Address', 'Name', 'Role', 'Status', 'NeedsUpgrade', 'CompliantWithMinRole'
        $facts = Read-Properties -Object $server -Names $names
        if ($facts['role'].ContainsKey('known') -and [string] $facts['role']['known'] -eq 'Invalid') {
            # A machine without SharePoint: a database or mail server.
            $facts['patch-status'] = New-Answer -Value $null
        } elseif ($null -eq $Farm) {
            $facts['patch-status'] = @{ failed = (New-Failure -Kind 'other' -Detail 'the farm could not be read') }
        } else {
            try { $facts['patch-status'] = New-Answer -Value (Read-PatchStatus -Farm $Farm -Server $server) }
            catch { $facts['patch-status'] = New-FailedAnswer -ErrorRecord $_ }
        }
        Write-Fact -Kind 'server' -Members $facts
        $count++
    }
    Write-Read -What 'servers' -Where '' -Count $count
}

# ---- The service and its instances ---------------------------------------------------------------

function Write-Instances {
    # One line for each server that has an instance, running or stopped.
    param($Instances)
    foreach ($instance in $Instances) {
        $facts = [ordered] @{ server = (Read-Path -Object $instance -Names 'Server', 'Address') }
        $names = 'Id', 'Status', 'ServerDropFolder', 'EffectiveDropFolder', 'Hidden', 'NeedsUpgrade'
        $own = Read-Properties -Object $instance -Names $names
        Copy-Answers -Answers $own -Facts $facts
        Write-Fact -Kind 'instance' -Members $facts
    }
    Write-Read -What 'instances' -Where '' -Count $Instances.Count
}

function Find-Service {
    # The service: every instance has it; the farm has it without an instance too. Failures on the way go
    # into a list.
    param($Farm, $Instances, $Failures)
    foreach ($instance in $Instances) {
        $answer = Read-Property -Object $instance -Name 'Service'
        if ($answer.ContainsKey('known')) { return $answer['known'] }
        if ($answer.ContainsKey('failed')) { [void] $Failures.Add($answer['failed']) }
    }
    if ($null -eq $Farm) { throw 'neither an instance of the service nor the farm could be read' }
    $name = 'Microsoft.SharePoint.Administration.SPIncomingEmailService'
    foreach ($service in $Farm.get_Services()) { if (Test-TypeName -Object $service -Name $name) { return $service } }
}

function Read-OtherProperties {
    # Plain public properties that are not documented: the published list of members breaks off.
    param($Object, [string[]] $Known)
    $answers = [ordered] @{}
    $names = @(foreach ($property in $Object.GetType().GetProperties()) {
            $type = $property.PropertyType
            $isPlain = $type.IsPrimitive -or $type.IsEnum -or $type -in [string], [guid], [version], [datetime]
            $isSecret = $property.Name -like '*password*' -or $property.Name -like '*secret*'
            $isOther = $property.Name -notin $Known -and $property.GetIndexParameters().Length -eq 0
            if ($isPlain -and $isOther -and -not $isSecret) { $property.Name }
        })
    foreach ($name in @($names | Sort-Object -Unique)) { $answers[$name] = Read-Property -Object $Object -Name $name }
    $answers
}

function Write-Service {
    param($Service)
    $names = 'Enabled', 'UseAutomaticSettings', 'UseDirectoryManagementService', 'RemoteDirectoryManagementService',
    'DirectoryManagementServiceUrl', 'DirectoryManagementServiceVersion', 'ServerAddress', 'ServerDisplayAddress',
    'DLsRequireAuthenticatedSenders', 'DistributionGroupsEnabled', 'DropFolder', 'AliasPrefix', 'SmtpInstanceId',
    'MaxServerRelativeFileUrlLength', 'Required', 'AutoProvision', 'CompliantWithMinRole', 'Status', 'Id', 'Version',
    'NeedsUpgrade'
    $facts = Read-Properties -Object $Service -Names $names
    try {
        # Whether null or an empty list means all servers is not documented: both are kept apart.
        $servers = $Service.GetIPRestrictionList()
        $facts['safe-servers'] = New-Answer -Value $servers
    } catch { $facts['safe-servers'] = New-FailedAnswer -ErrorRecord $_ }
    try { $facts['other'] = New-Answer -Value (Read-OtherProperties -Object $Service -Known $names) }
    catch { $facts['other'] = New-FailedAnswer -ErrorRecord $_ }
    Write-Fact -Kind 'service' -Members $facts
}

# ---- Events of this server -----------------------------------------------------------------------

function Read-Severity {
    # A severity of a category. The command shows it under a short name.
    param($Level, [string] $Name)
    foreach ($spelling in $Name, ($Name -replace 'erity$', '')) {
        if ($null -eq $Level.PSObject.Properties[$spelling]) { continue }
        try { return New-Answer -Value (Get-MemberValue -Object $Level -Name $spelling) }
        catch { return New-FailedAnswer -ErrorRecord $_ }
    }
    @{ failed = (New-Failure -Kind 'unsupported' -Detail "this version has no property $Name") }
}

function Write-LogLevel {
    # Whether SharePoint would log the events: one less severe than the level is not logged.
    $category = 'SharePoint Foundation:E-Mail'
    $levels = @(Get-SPLogLevel -Identity $category)
    if ($levels.Count -eq 0) {
        $missing = New-Failure -Kind 'not-found' -Detail "SharePoint has no category $category"
        Write-Unread -What 'log-level' -Where '' -Failure $missing
    }
    foreach ($level in $levels) {
        $facts = [ordered] @{}
        foreach ($name in 'EventSeverity', 'TraceSeverity') {
            $facts[(Get-MemberName -Name $name)] = Read-Severity -Level $level -Name $name
        }
        Write-Fact -Kind 'log-level' -Members $facts
    }
}

function Read-EventLog {
    # Events of one number: those of the last 24 hours, or the last one before.
    param([string] $Log, [int] $Id)
    $filter = @{ LogName = $Log; Id = $Id; StartTime = [datetime]::Now.AddHours(-24) }
    try { return @(Get-WinEvent -FilterHashtable $filter -MaxEvents 3000) }
    catch { if ($_.FullyQualifiedErrorId -notlike 'NoMatchingEventsFound*') { throw } }
    $filter.Remove('StartTime')
    try { return @(Get-WinEvent -FilterHashtable $filter -MaxEvents 1) }
    catch { if ($_.FullyQualifiedErrorId -notlike 'NoMatchingEventsFound*') { throw } }
}

function Write-Event {
    # The text of an event is localized and slow to make. The parameters are what a reader needs.
    param($Record, [string] $Log, [bool] $WithText)
    $values = Get-MemberValue -Object $Record -Name 'Properties'
    $parameters = @(foreach ($value in $values) { [string] (Get-MemberValue -Object $value -Name 'Value') })
    $facts = [ordered] @{
        id = [int] (Get-MemberValue -Object $Record -Name 'Id')
        log = $Log
        provider = [string] (Get-MemberValue -Object $Record -Name 'ProviderName')
        time = Get-UtcText -Time (Get-MemberValue -Object $Record -Name 'TimeCreated')
        parameters = $parameters
    }
    if ($WithText -or $parameters.Count -eq 0) {
        try { $facts['text'] = New-Answer -Value (Get-MemberValue -Object $Record -Name 'Message') }
        catch { $facts['text'] = New-FailedAnswer -ErrorRecord $_ }
    }
    Write-Fact -Kind 'event' -Members $facts
}

function Write-Events {
    # Batches (6871), files with errors (6873), and 6872, whose meaning is not documented.
    foreach ($id in 6871, 6872, 6873) {
        foreach ($log in 'Microsoft-SharePoint Products-Shared/Operational', 'Application') {
            $where = "$id in $log"
            try {
                $count = 0
                foreach ($record in @(Read-EventLog -Log $log -Id $id)) {
                    Assert-TimeLeft
                    # Other products use these numbers, too.
                    $provider = [string] (Get-MemberValue -Object $record -Name 'ProviderName')
                    if ($provider -notlike '*SharePoint*') { continue }
                    if ($id -eq 6871 -and $null -eq $shared['LastBatch']) {
                        $shared['LastBatch'] = (Get-MemberValue -Object $record -Name 'TimeCreated').ToUniversalTime()
                    }
                    Write-Event -Record $record -Log $log -WithText ($id -ne 6871 -or $count -eq 0)
                    $count++
                }
                Write-Read -What 'events' -Where $where -Count $count
            } catch {
                $failure = Get-Failure -ErrorRecord $_
                if ($_.FullyQualifiedErrorId -like 'NoMatchingLogsFound*') { $failure['kind'] = 'not-found' }
                Write-Unread -What 'events' -Where $where -Failure $failure
            }
        }
    }
}

# ---- The delivery job and its history ------------------------------------------------------------

function Read-History {
    # The newest run of each server. History can have ten thousand entries a server and week, and their
    # order is not documented: reading ends early only where the newest have come first.
    param($Job)
    $history = @{ entries = 0; isWhole = $true; newestFirst = $true; newest = @{} }
    $firstEnd = $null
    foreach ($entry in $Job.get_HistoryEntries()) {
        $history.entries++
        $end = $entry.get_EndTime()
        $server = [string] $entry.get_ServerName()
        if ($null -eq $firstEnd) { $firstEnd = $end }
        if ($end -gt $firstEnd.AddMinutes(10)) { $history.newestFirst = $false }
        if (-not $history.newest.ContainsKey($server) -or $end -gt $history.newest[$server].end) {
            $history.newest[$server] = @{ end = $end; entry = $entry }
        }
        if ($history.newestFirst -and $history.entries -ge $HistoryLimit) { $history.isWhole = $false; break }
        Assert-TimeLeft
    }
    $history
}

function Get-AgeInMinutes {
    # How long ago a time was, if the clock that wrote it was that far from UTC.
    param([datetime] $Time, $Now, [TimeSpan] $Offset)
    ($Now.utc - ([datetime]::SpecifyKind($Time, 'Utc') - $Offset)).TotalMinutes
}

function Get-MinutesApart {
    # How far two times are apart, as they are written.
    param([datetime] $Later, [datetime] $Earlier)
    ([datetime]::SpecifyKind($Later, 'Utc') - [datetime]::SpecifyKind($Earlier, 'Utc')).TotalMinutes
}

function Get-HistoryClock {
    # Whether the times of the history are UTC or local: it is not documented. Each test below decides or
    # leaves it open. Only what excludes one of the two is taken as an answer.
    param($Job, $History)
    $newest = $null
    foreach ($run in $History.newest.Values) { if ($null -eq $newest -or $run.end -gt $newest.end) { $newest = $run } }
    if ($null -eq $newest) { return New-Answer -Value $null }
    if ($newest.end.Kind -ne 'Unspecified') { return New-Answer -Value $newest.end.Kind.ToString().ToLowerInvariant() }
    $now = Get-ClockNow
    $difference = $now.offset.TotalMinutes
    if ($difference -eq 0) { return New-Answer -Value 'utc' }

    # A run cannot have ended in the future.
    $canBeUtc = (Get-AgeInMinutes -Time $newest.end -Now $now -Offset ([TimeSpan]::Zero)) -ge -5
    $canBeLocal = (Get-AgeInMinutes -Time $newest.end -Now $now -Offset $now.offset) -ge -5
    if ($canBeUtc -and -not $canBeLocal) { return New-Answer -Value 'utc' }
    if ($canBeLocal -and -not $canBeUtc) { return New-Answer -Value 'local' }

    # The job's own last run, if it is the newest of the history: by the same clock, or by the other.
    $last = Read-Property -Object $Job -Name 'LastRunTime'
    $start = Read-Property -Object $newest.entry -Name 'StartTime'
    if ($last.ContainsKey('known') -and $start.ContainsKey('known')) {
        $apart = Get-MinutesApart -Later $last['known'] -Earlier $start['known']
        if ([Math]::Abs($apart - $difference) -le 5) { return New-Answer -Value 'utc' }
        if ([Math]::Abs($apart + $difference) -le 5) { return New-Answer -Value 'local' }
        $kind = $last['known'].Kind
        if ([Math]::Abs($apart) -le 5 -and $kind -ne 'Unspecified') {
            return New-Answer -Value $kind.ToString().ToLowerInvariant()
        }
    }

    # The last batch in this server's event log, whose time is certain, against this server's newest run.
    $here = @($History.newest.Keys | Where-Object { $_.Split('.')[0] -eq [Environment]::MachineName })
    if ($null -ne $shared['LastBatch'] -and $here.Count -eq 1) {
        $apart = Get-MinutesApart -Later $History.newest[$here[0]].end -Earlier $shared['LastBatch']
        if ([Math]::Abs($apart) -le 5) { return New-Answer -Value 'utc' }
        if ([Math]::Abs($apart - $difference) -le 5) { return New-Answer -Value 'local' }
    }
    @{ failed = (New-Failure -Kind 'ambiguous' -Detail 'the history does not say whether its times are UTC or local') }
}

function Get-CertainTime {
    # A time of the history in UTC, where its clock is known.
    param($Answer, $Clock)
    if (-not $Answer.ContainsKey('known')) { return $Answer }
    if (-not $Clock.ContainsKey('known')) { return $Clock }
    if ($Clock['known'] -eq 'utc') {
        return New-Answer -Value (Get-UtcText -Time ([datetime]::SpecifyKind($Answer['known'], 'Utc')))
    }
    $time = [datetime]::SpecifyKind($Answer['known'], 'Unspecified')
    # An hour that the change to summer time leaves out is refused.
    try { New-Answer -Value (Get-UtcText -Time ([TimeZoneInfo]::ConvertTimeToUtc($time, (Get-ClockNow).zone))) }
    catch { New-FailedAnswer -ErrorRecord $_ }
}

function Write-History {
    param($Job, [string] $JobName)
    $history = Read-History -Job $Job
    $clock = Get-HistoryClock -Job $Job -History $history
    Write-Fact -Kind 'history' -Members ([ordered] @{
            job = $JobName; clock = $clock; entries = $history.entries
            whole = $history.isWhole; 'newest-first' = $history.newestFirst
        })
    foreach ($server in @($history.newest.Keys | Sort-Object)) {
        $entry = $history.newest[$server].entry
        $facts = [ordered] @{ job = $JobName; server = $server }
        $own = Read-Properties -Object $entry -Names 'StartTime', 'EndTime', 'Status', 'ErrorMessage'
        $facts['ended'] = Get-CertainTime -Answer $own['end-time'] -Clock $clock
        Copy-Answers -Answers $own -Facts $facts
        Write-Fact -Kind 'run' -Members $facts
    }
    Write-Read -What 'history' -Where $JobName -Count $history.entries
}

function Read-Schedule {
    # A schedule as its text and kind; for one of minutes the interval. Texts differ in case.
    param($Answer)
    if (-not $Answer.ContainsKey('known')) { return $Answer }
    $schedule = $Answer['known']
    try {
        $facts = [ordered] @{ text = $schedule.ToString(); type = $schedule.GetType().Name }
        if ($facts['type'] -eq 'SPMinuteSchedule') { $facts['minutes'] = $schedule.get_Interval() }
        New-Answer -Value $facts
    } catch { New-FailedAnswer -ErrorRecord $_ }
}

function Write-Jobs {
    param($Service)
    $count = 0
    foreach ($job in $Service.get_JobDefinitions()) {
        $facts = Read-Properties -Object $job -Names 'Name', 'Title', 'IsDisabled', 'LockType', 'LastRunTime'
        $facts['type'] = $job.GetType().Name
        $facts['schedule'] = Read-Schedule -Answer (Read-Property -Object $job -Name 'Schedule')
        Write-Fact -Kind 'job' -Members $facts
        $count++
        $name = Get-Label -Answer $facts['name'] -Otherwise $facts['type']
        try { Write-History -Job $job -JobName $name }
        catch { Write-Unread -What 'history' -Where $name -Failure (Get-Failure -ErrorRecord $_) }
    }
    Write-Read -What 'jobs' -Where '' -Count $count
}

# ---- Web applications and content databases ------------------------------------------------------

function Read-Url {
    # The public address of a web application, in its default zone.
    param($Application)
    try { New-Answer -Value ([string] $Application.GetResponseUri('Default')) }
    catch { New-FailedAnswer -ErrorRecord $_ }
}

function Read-SizeLimits {
    # The limits for single file name extensions, in MB. They win over the general one.
    param($Application)
    $answer = Read-Property -Object $Application -Name 'MaximumFileSizePerExtension'
    if (-not $answer.ContainsKey('known')) { return $answer }
    try {
        $limits = [ordered] @{}
        foreach ($pair in $answer['known'].GetEnumerator()) {
            $limits[[string] $pair.get_Key()] = [int] $pair.get_Value()
        }
        New-Answer -Value $limits
    } catch { New-FailedAnswer -ErrorRecord $_ }
}

function Write-Application {
    param($Application)
    $facts = [ordered] @{ url = (Read-Url -Application $Application) }
    $names = 'Id', 'DisplayName', 'IsAdministrationWebApplication', 'IncomingEmailServerAddress', 'MaximumFileSize'
    $own = Read-Properties -Object $Application -Names $names
    Copy-Answers -Answers $own -Facts $facts
    $facts['maximum-file-size-per-extension'] = Read-SizeLimits -Application $Application
    $facts['pool'] = Read-Path -Object $Application -Names 'ApplicationPool', 'Name'
    $facts['account'] = New-Answer -Value (Read-Account -Object $Application -Property 'ApplicationPool')
    Write-Fact -Kind 'application' -Members $facts
}

function Write-Databases {
    # Writes the content databases of a web application, and remembers them for the lists.
    param($Application, [string] $Url, $Databases)
    $count = 0
    foreach ($database in $Application.get_ContentDatabases()) {
        $facts = [ordered] @{ application = $Url }
        $names = 'Name', 'Id', 'Server', 'Status', 'IsReadOnly', 'CurrentSiteCount', 'NeedsUpgradeIncludeChildren'
        $own = Read-Properties -Object $database -Names $names
        Copy-Answers -Answers $own -Facts $facts
        Write-Fact -Kind 'database' -Members $facts
        $count++
        $name = Get-Label -Answer $facts['name'] -Otherwise "database $count of $Url"
        [void] $Databases.Add(@{ name = $name; database = $database })
    }
    Write-Read -What 'databases' -Where $Url -Count $count
}

function Write-Applications {
    param($Databases)
    $count = 0
    foreach ($application in @(Get-SPWebApplication -IncludeCentralAdministration)) {
        Assert-TimeLeft
        Write-Application -Application $application
        $count++
        $url = Get-Label -Answer (Read-Url -Application $application) -Otherwise "web application $count"
        try { Write-Databases -Application $application -Url $url -Databases $Databases }
        catch { Write-Unread -What 'databases' -Where $url -Failure (Get-Failure -ErrorRecord $_) }
    }
    Write-Read -What 'applications' -Where '' -Count $count
}

# ---- Sites, groups and lists ---------------------------------------------------------------------

function Read-ListSettings {
    # How a list takes mail, from the properties of its root folder.
    param($List)
    try {
        $bag = $List.get_RootFolder().get_Properties()
        $settings = [ordered] @{}
        foreach ($name in 'vti_emailusesecurity', 'vti_emailattachmentfolders', 'vti_emailoverwrite',
            'vti_emailsaveoriginal', 'vti_emailsavemeetings', 'vti_emailsaveattachments') {
            if ($bag.ContainsKey($name)) { $settings[$name] = [string] $bag.get_Item($name) }
        }
        New-Answer -Value $settings
    } catch { New-FailedAnswer -ErrorRecord $_ }
}

function Write-Lists {
    # Writes the e-mail-enabled lists of one web. Returns nothing.
    param($Web, $Place)
    $lists = $Web.get_Lists()
    $total = $lists.get_Count()
    for ($i = 0; $i -lt $total; $i++) {
        $list = $null
        try {
            $list = $lists.get_Item($i)
            $alias = $list.get_EmailAlias()
            $Place.lists++
            if ([string]::IsNullOrEmpty($alias)) { continue }
            $facts = [ordered] @{ database = $Place.database; site = $Place.site; web = $Place.web; alias = $alias }
            $own = Read-Properties -Object $list -Names 'ID', 'Title', 'Hidden', 'CanReceiveEmail', 'BaseTemplate'
            Copy-Answers -Answers $own -Facts $facts
            $facts['settings'] = Read-ListSettings -List $list
            Write-Fact -Kind 'list' -Members $facts
            $Place.found++
        } catch {
            $failure = Get-Failure -ErrorRecord $_
            $title = "list $($i + 1)"
            if ($null -ne $list) {
                $title = Get-Label -Answer (Read-Property -Object $list -Name 'Title') -Otherwise $title
            }
            Write-Unread -What 'list' -Where ($Place.web + ', ' + $title) -Failure $failure
        }
    }
}

function Write-Webs {
    param($Site, $Place)
    $webs = $Site.get_AllWebs()
    $total = $webs.get_Count()
    for ($i = 0; $i -lt $total; $i++) {
        Assert-TimeLeft
        $web = $null
        $Place.web = "web $($i + 1) of $($Place.site)"
        try {
            $web = $webs.get_Item($i)
            $url = Read-Property -Object $web -Name 'Url'
            if ($url.ContainsKey('failed')) { Write-Unread -What 'address' -Where $Place.web -Failure $url['failed'] }
            $Place.web = Get-Label -Answer $url -Otherwise $Place.web
            $Place.webs++
            Write-Lists -Web $web -Place $Place
        } catch {
            Write-Unread -What 'web' -Where $Place.web -Failure (Get-Failure -ErrorRecord $_)
        } finally { if ($null -ne $web) { $web.Dispose() } }
    }
}

function Write-Groups {
    # Writes the groups of a site that are distribution groups, or wait to be one, or failed to become one.
    param($Site, $Place)
    # The root web belongs to the site, which disposes of it.
    foreach ($group in $Site.get_RootWeb().get_SiteGroups()) {
        $own = Read-Properties -Object $group -Names 'DistributionGroupEmail', 'DistributionGroupErrorMessage'
        $pending = Read-Property -Object $group -Name 'DistributionGroupPendingJobData'
        $isPlain = $pending.ContainsKey('absent')
        foreach ($answer in $own.Values) {
            $isEmpty = $answer.ContainsKey('absent') -or ($answer.ContainsKey('known') -and $answer['known'] -eq '')
            $isPlain = $isPlain -and $isEmpty
        }
        if ($isPlain) { continue }
        if ($pending.ContainsKey('known')) {
            $pending = New-Answer -Value (Read-Properties -Object $pending['known'] -Names 'JobId', 'JobType')
        }
        $facts = [ordered] @{ database = $Place.database; site = $Place.site }
        $facts['name'] = Read-Property -Object $group -Name 'Name'
        $facts['distribution-group-alias'] = Read-Property -Object $group -Name 'DistributionGroupAlias'
        Copy-Answers -Answers $own -Facts $facts
        $facts['pending'] = $pending
        Write-Fact -Kind 'group' -Members $facts
    }
}

function Write-Site {
    # Writes what one site collection has. The caller disposes of it.
    param($Site, $Place)
    $names = 'ReadOnly', 'WriteLocked', 'IsReadLocked', 'Archived', 'MaintenanceMode'
    $locks = Read-Properties -Object $Site -Names $names
    $isOrdinary = $true
    foreach ($answer in $locks.Values) {
        $isOrdinary = $isOrdinary -and $answer.ContainsKey('known') -and -not $answer['known']
    }
    if (-not $isOrdinary) {
        $facts = [ordered] @{ database = $Place.database; site = $Place.site }
        Copy-Answers -Answers $locks -Facts $facts
        $facts['lock-issue'] = Read-Property -Object $Site -Name 'LockIssue'
        Write-Fact -Kind 'site' -Members $facts
    }
    $isReadLocked = $locks['is-read-locked']
    if ($isReadLocked.ContainsKey('known') -and $isReadLocked['known']) {
        $locked = New-Failure -Kind 'access-denied' -Detail 'the site is locked: no access'
        Write-Unread -What 'site' -Where $Place.site -Failure $locked
        return
    }
    try { Write-Groups -Site $Site -Place $Place }
    catch { Write-Unread -What 'groups' -Where $Place.site -Failure (Get-Failure -ErrorRecord $_) }
    Write-Webs -Site $Site -Place $Place
}

function Write-DatabaseLists {
    # Writes what the sites of a content database have: each line as it comes.
    param([string] $Name, $Database)
    $sites = $Database.get_Sites()
    $total = $sites.get_Count()
    $place = @{ database = $Name; site = ''; web = ''; sites = 0; webs = 0; lists = 0; found = 0 }
    for ($i = 0; $i -lt $total; $i++) {
        $progress = "$i of $total site collections"
        if ($i % 100 -eq 0) { Write-Progressing -Text "${Name}: $progress, $($place.found) lists" }
        try { Assert-TimeLeft }
        catch {
            $late = New-Failure -Kind 'timed-out' -Detail "the time limit was reached after $progress"
            Write-Unread -What 'lists' -Where $Name -Failure $late
            return
        }
        $site = $null
        $place.site = "site collection $($i + 1) of $Name"
        try {
            $site = $sites.get_Item($i)
            $url = Read-Property -Object $site -Name 'Url'
            if ($url.ContainsKey('failed')) { Write-Unread -What 'address' -Where $place.site -Failure $url['failed'] }
            $place.site = Get-Label -Answer $url -Otherwise $place.site
            $place.sites++
            Write-Site -Site $site -Place $place
        } catch {
            Write-Unread -What 'site' -Where $place.site -Failure (Get-Failure -ErrorRecord $_)
        } finally { if ($null -ne $site) { $site.Dispose() } }
    }
    Write-Fact -Kind 'contents' -Members ([ordered] @{
            database = $Name; sites = $place.sites; webs = $place.webs; lists = $place.lists; enabled = $place.found
        })
    Write-Read -What 'lists' -Where $Name -Count $place.found
}

# ---- The run: small facts first, the lists last --------------------------------------------------

Write-Header
$farm = $null
$service = $null
$instances = @()
$databases = New-Object -TypeName System.Collections.ArrayList
try {
    Start-Step -Text 'the commands of SharePoint' -Seconds $StepSeconds
    Write-Fact -Kind 'shell' -Members ([ordered] @{ how = (Import-SharePointShell) })
} catch {
    Write-Unread -What 'everything' -Where '' -Failure (Get-Failure -ErrorRecord $_)
    Write-End
    return
}
try {
    Start-Step -Text 'the farm' -Seconds $StepSeconds
    $farm = Get-SPFarm
    if ($null -eq $farm) {
        $reason = 'SharePoint shows no farm to this account'
        throw (New-Object -TypeName System.UnauthorizedAccessException -ArgumentList $reason)
    }
    Write-Farm -Farm $farm
} catch { Write-Unread -What 'farm' -Where '' -Failure (Get-Failure -ErrorRecord $_) }
try {
    Start-Step -Text 'the servers' -Seconds $StepSeconds
    Write-Servers -Farm $farm
} catch { Write-Unread -What 'servers' -Where '' -Failure (Get-Failure -ErrorRecord $_) }
try {
    Start-Step -Text 'the instances of the incoming e-mail service' -Seconds $StepSeconds
    $instances = @(Get-SPServiceInstance -All | Where-Object {
            Test-TypeName -Object $_ -Name 'Microsoft.SharePoint.Administration.SPIncomingEmailServiceInstance'
        })
    Write-Instances -Instances $instances
} catch { Write-Unread -What 'instances' -Where '' -Failure (Get-Failure -ErrorRecord $_) }
try {
    Start-Step -Text 'the incoming e-mail service' -Seconds $StepSeconds
    $failures = New-Object -TypeName System.Collections.ArrayList
    $service = Find-Service -Farm $farm -Instances $instances -Failures $failures
    foreach ($lost in $failures) { Write-Unread -What 'service-of-instance' -Where '' -Failure $lost }
    if ($null -ne $service) { Write-Service -Service $service }
    Write-Read -What 'service' -Where '' -Count @($service | Where-Object { $null -ne $_ }).Count
} catch { Write-Unread -What 'service' -Where '' -Failure (Get-Failure -ErrorRecord $_) }
try {
    Start-Step -Text 'the level of the event log' -Seconds $StepSeconds
    Write-LogLevel
} catch { Write-Unread -What 'log-level' -Where '' -Failure (Get-Failure -ErrorRecord $_) }
try {
    Start-Step -Text 'the events of this server' -Seconds $StepSeconds
    Write-Events
} catch { Write-Unread -What 'events' -Where '' -Failure (Get-Failure -ErrorRecord $_) }
try {
    Start-Step -Text 'the delivery job' -Seconds $StepSeconds
    if ($null -eq $service) { throw 'the service could not be read, or there is none' }
    Write-Jobs -Service $service
} catch { Write-Unread -What 'jobs' -Where '' -Failure (Get-Failure -ErrorRecord $_) }
try {
    Start-Step -Text 'the web applications' -Seconds $StepSeconds
    Write-Applications -Databases $databases
} catch { Write-Unread -What 'applications' -Where '' -Failure (Get-Failure -ErrorRecord $_) }
foreach ($entry in $databases) {
    try {
        Start-Step -Text ('the lists of ' + $entry.name) -Seconds $DatabaseSeconds
        Write-DatabaseLists -Name $entry.name -Database $entry.database
    } catch { Write-Unread -What 'lists' -Where $entry.name -Failure (Get-Failure -ErrorRecord $_) }
}
Write-End
