<#
.SYNOPSIS
    Reads what Windows on a server says about incoming e-mail. It changes nothing.
.DESCRIPTION
    Run it in Windows PowerShell on each server of the farm, elevated. It writes facts as JSON Lines in
    ASCII, and an end line: a run without it was cut short. It needs neither SharePoint nor Exchange.
    It is part of spinmail, which does not read its output yet.
.PARAMETER DropFolder
    Folders whose ACLs are read: the drop folder, as this server reaches it.
.PARAMETER Account
    Accounts whose security identifiers are looked up: those that the farm file names.
.PARAMETER TotalSeconds
    The time limit of the whole run. What was not read by then is reported as not read.
.PARAMETER StepSeconds
    The time limit of each step.
.PARAMETER Console
    Writes to the standard output of the process instead of the pipeline: for a program that reads it.
.PARAMETER Quiet
    Does not say on standard error what is being read.
.EXAMPLE
    .\host.ps1 -DropFolder C:\inetpub\mailroot\drop | Set-Content -LiteralPath host.jsonl -Encoding Ascii
#>
[CmdletBinding()]
param(
    [string[]] $DropFolder = @(),
    [string[]] $Account = @(),
    [int] $TotalSeconds = 600,
    [int] $StepSeconds = 120,
    [switch] $Console,
    [switch] $Quiet
)
$scriptName = 'host'

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

function Get-CimObject {
    # Objects of a class of Windows Management Instrumentation.
    param([string] $Class, [string] $Filter)
    if ($Filter) { return Get-CimInstance -ClassName $Class -Filter $Filter -OperationTimeoutSec $StepSeconds }
    Get-CimInstance -ClassName $Class -OperationTimeoutSec $StepSeconds
}

function Get-RegistryValue {
    # A value of the registry, or null where the key has none of this name.
    param([string] $Key, [string] $Name)
    $values = Get-ItemProperty -LiteralPath $Key
    $property = $values.PSObject.Properties[$Name]
    if ($null -ne $property) { , $property.get_Value() }
}

function Get-AccountIdentifier {
    # The security identifier of an account.
    param([string] $Name)
    $known = New-Object -TypeName System.Security.Principal.NTAccount -ArgumentList $Name
    $known.Translate([Security.Principal.SecurityIdentifier]).Value
}

function Get-GroupMember {
    # The members of a local group: their addresses and security identifiers.
    param([string] $Name)
    $group = [ADSI] ('WinNT://./' + $Name + ',group')
    foreach ($member in @($group.Invoke('Members'))) {
        $type = $member.GetType()
        $sid = $type.InvokeMember('objectSid', 'GetProperty', $null, $member, $null)
        @{
            path = [string] $type.InvokeMember('ADsPath', 'GetProperty', $null, $member, $null)
            class = [string] $type.InvokeMember('Class', 'GetProperty', $null, $member, $null)
            sid = (New-Object -TypeName System.Security.Principal.SecurityIdentifier -ArgumentList $sid, 0).Value
        }
    }
}

function Get-ApplicationPool {
    # The application pools of Internet Information Services.
    Import-Module -Name 'WebAdministration'
    foreach ($pool in @(Get-ChildItem -LiteralPath 'IIS:\AppPools')) {
        $model = $pool.processModel
        @{
            name = [string] $pool.Name
            state = [string] $pool.state
            identity = [string] $model.identityType
            user = [string] $model.userName
        }
    }
}

function Get-FolderDescriptor {
    # The security descriptor of a folder: owner, group and DACL in SDDL.
    param([string] $Path)
    (Get-Acl -LiteralPath $Path).Sddl
}

# ---- Values --------------------------------------------------------------------------------------

function Read-Members {
    # Answers from members of such an object: texts for what is neither a number nor a truth value.
    param($Object, [string[]] $Names)
    $answers = [ordered] @{}
    foreach ($name in $Names) {
        $value = Get-MemberValue -Object $Object -Name $name
        $isPlain = $null -eq $value -or $value.GetType() -in [bool], [int], [uint32], [uint16]
        if (-not $isPlain) { $value = [string] $value }
        $answers[(Get-MemberName -Name $name)] = New-Answer -Value $value
    }
    $answers
}

function Read-Time {
    # A time of Windows Management Instrumentation, which has a zone.
    param($Object, [string] $Name)
    $value = Get-MemberValue -Object $Object -Name $Name
    if ($null -eq $value) { return New-Answer -Value $null }
    New-Answer -Value (Get-UtcText -Time $value)
}

function Read-Identifier {
    # The security identifier of an account. Accounts are compared by it: a name has several spellings.
    param([string] $Name)
    if ($Name -eq '') { return New-Answer -Value $null }
    # Windows' own accounts have these names in every language, but cannot be looked up by them in each.
    switch ($Name -replace '^NT AUTHORITY\\', '') {
        'LocalSystem' { return New-Answer -Value 'S-1-5-18' }
        'SYSTEM' { return New-Answer -Value 'S-1-5-18' }
        'LocalService' { return New-Answer -Value 'S-1-5-19' }
        'NetworkService' { return New-Answer -Value 'S-1-5-20' }
    }
    if ($Name.StartsWith('.\')) { $Name = [Environment]::MachineName + $Name.Substring(1) }
    try { New-Answer -Value (Get-AccountIdentifier -Name $Name) }
    catch { New-FailedAnswer -ErrorRecord $_ }
}

# ---- Windows -------------------------------------------------------------------------------------

function Write-Clock {
    $utc = [datetime]::UtcNow
    $zone = [TimeZoneInfo]::Local
    Write-Fact -Kind 'clock' -Members ([ordered] @{
            time = Get-UtcText -Time $utc
            'offset-minutes' = [int] $zone.GetUtcOffset($utc).TotalMinutes
            zone = $zone.Id
        })
}

function Write-Windows {
    $system = @(Get-CimObject -Class 'Win32_OperatingSystem')[0]
    $computer = @(Get-CimObject -Class 'Win32_ComputerSystem')[0]
    $facts = Read-Members -Object $system -Names 'Caption', 'Version', 'BuildNumber', 'ProductType', 'OSLanguage'
    $facts['last-boot'] = Read-Time -Object $system -Name 'LastBootUpTime'
    $own = Read-Members -Object $computer -Names 'DNSHostName', 'Domain', 'PartOfDomain'
    Copy-Answers -Answers $own -Facts $facts
    # The account of this computer, which writes on shares of other servers.
    $facts['computer-sid'] = New-Answer -Value $null
    if ($own['part-of-domain'].ContainsKey('known') -and $own['part-of-domain']['known']) {
        $name = $own['domain']['known'] + '\' + [Environment]::MachineName + '$'
        $facts['computer-sid'] = Read-Identifier -Name $name
    }
    Write-Fact -Kind 'windows' -Members $facts
}

function Write-Features {
    # The SMTP service, and what tools and scripts for it need. Windows Server 2025 does not have them.
    $names = 'SMTP-Server', 'Web-Metabase', 'Web-WMI', 'Web-Lgcy-Mgmt-Console', 'Web-Lgcy-Scripting'
    foreach ($name in $names) {
        $state = $null
        foreach ($feature in @(Get-WindowsFeature -Name $name)) {
            $state = [string] (Get-MemberValue -Object $feature -Name 'InstallState')
            if ($state -eq '') { if ($feature.Installed) { $state = 'Installed' } else { $state = 'Available' } }
        }
        Write-Fact -Kind 'feature' -Members ([ordered] @{ name = $name; state = (New-Answer -Value $state) })
    }
    Write-Read -What 'features' -Where '' -Count $names.Count
}

# ---- Services ------------------------------------------------------------------------------------

function Read-Recovery {
    # What Windows does when a service fails: SERVICE_FAILURE_ACTIONS, as the registry holds it. The
    # program sc.exe gives localized text.
    param([string] $Key)
    try {
        $bytes = Get-RegistryValue -Key $Key -Name 'FailureActions'
        if ($null -eq $bytes) { return New-Answer -Value $null }
        $count = [BitConverter]::ToInt32($bytes, 12)
        $actions = @(for ($i = 0; $i -lt $count -and 28 + 8 * $i -le $bytes.Length; $i++) {
                $kind = [BitConverter]::ToInt32($bytes, 20 + 8 * $i)
                $word = [string] $kind
                if ($kind -ge 0 -and $kind -le 3) { $word = ('none', 'restart', 'reboot', 'run-program')[$kind] }
                [ordered] @{ action = $word; 'delay-milliseconds' = [BitConverter]::ToUInt32($bytes, 24 + 8 * $i) }
            })
        New-Answer -Value ([ordered] @{ 'reset-seconds' = [BitConverter]::ToUInt32($bytes, 0); actions = $actions })
    } catch { New-FailedAnswer -ErrorRecord $_ }
}

function Write-Services {
    $names = 'SMTPSVC', 'IISADMIN', 'W3SVC', 'SPTimerV4', 'SPAdminV4'
    foreach ($name in $names) {
        $facts = [ordered] @{ name = $name; exists = $false }
        foreach ($service in @(Get-CimObject -Class 'Win32_Service' -Filter "Name='$name'")) {
            $key = 'HKLM:\SYSTEM\CurrentControlSet\Services\' + $name
            $facts['exists'] = $true
            $own = Read-Members -Object $service -Names 'State', 'StartMode', 'StartName', 'ProcessId'
            Copy-Answers -Answers $own -Facts $facts
            $facts['account-sid'] = $own['start-name']
            if ($own['start-name'].ContainsKey('known')) {
                $facts['account-sid'] = Read-Identifier -Name $own['start-name']['known']
            }
            try { $facts['delayed-start'] = New-Answer -Value (Get-RegistryValue -Key $key -Name 'DelayedAutostart') }
            catch { $facts['delayed-start'] = New-FailedAnswer -ErrorRecord $_ }
            $facts['recovery'] = Read-Recovery -Key $key
        }
        Write-Fact -Kind 'service' -Members $facts
    }
    Write-Read -What 'services' -Where '' -Count $names.Count
}

# ---- The firewall --------------------------------------------------------------------------------

function Write-FirewallProfiles {
    # The profiles in force, with what group policy sets, and which networks have which profile.
    $count = 0
    foreach ($firewall in @(Get-NetFirewallProfile -PolicyStore 'ActiveStore')) {
        $names = 'Name', 'Enabled', 'DefaultInboundAction', 'AllowInboundRules', 'AllowLocalFirewallRules'
        Write-Fact -Kind 'firewall-profile' -Members (Read-Members -Object $firewall -Names $names)
        $count++
    }
    Write-Read -What 'firewall-profiles' -Where '' -Count $count
}

function Write-Networks {
    $count = 0
    foreach ($network in @(Get-NetConnectionProfile)) {
        $names = 'Name', 'InterfaceAlias', 'NetworkCategory'
        Write-Fact -Kind 'network' -Members (Read-Members -Object $network -Names $names)
        $count++
    }
    Write-Read -What 'networks' -Where '' -Count $count
}

function Get-PortMatch {
    # How a rule's local ports hold port 25: 'port', 'any' or not at all.
    param($Ports)
    foreach ($port in @($Ports)) {
        $text = [string] $port
        if ($text -eq '25') { return 'port' }
        if ($text -notmatch '^(\d{1,5})-(\d{1,5})$') { continue }
        if ([int] $Matches[1] -le 25 -and [int] $Matches[2] -ge 25) { return 'port' }
    }
    foreach ($port in @($Ports)) { if ([string] $port -eq 'Any' -or [string] $port -eq '') { return 'any' } }
    if (@($Ports).Count -eq 0) { return 'any' }
    ''
}

function Get-FilterTable {
    # Filters of rules, by the rule's identifier. One query each: one a rule takes minutes.
    param($Filters)
    $table = @{}
    foreach ($filter in $Filters) { $table[[string] (Get-MemberValue -Object $filter -Name 'InstanceID')] = $filter }
    $table
}

function Get-FilterText {
    # A member of a rule's filter as texts; empty where the rule has no such filter.
    param($Table, [string] $Identifier, [string] $Name)
    if (-not $Table.ContainsKey($Identifier)) { return , @() }
    $value = Get-MemberValue -Object $Table[$Identifier] -Name $Name
    , @(foreach ($item in @($value)) { if ($null -ne $item) { [string] $item } })
}

function Test-AboutMail {
    # Whether a rule for any port can be about the SMTP service: for every program, or for its own.
    param([string[]] $Programs, [string[]] $Services)
    $isProgram = $Programs.Count -eq 0
    foreach ($program in $Programs) {
        # In lowercase first: -like compares by the culture, and in Turkish I is not i.
        if ($program -in 'Any', '' -or $program.ToLowerInvariant() -like '*inetinfo.exe') { $isProgram = $true }
    }
    $isService = $Services.Count -eq 0
    foreach ($service in $Services) {
        if ($service -in 'Any', '*', '', 'SMTPSVC') { $isService = $true }
    }
    $isProgram -and $isService
}

function Write-FirewallRules {
    # Inbound rules that can decide about port 25: for the port, or for any port and a program that can
    # be the SMTP service. Those that are off are there too: turning one on is a way out.
    $ports = Get-FilterTable -Filters @(Get-NetFirewallPortFilter -All -PolicyStore 'ActiveStore')
    Assert-TimeLeft
    $programs = Get-FilterTable -Filters @(Get-NetFirewallApplicationFilter -All -PolicyStore 'ActiveStore')
    Assert-TimeLeft
    $services = Get-FilterTable -Filters @(Get-NetFirewallServiceFilter -All -PolicyStore 'ActiveStore')
    Assert-TimeLeft
    $addresses = Get-FilterTable -Filters @(Get-NetFirewallAddressFilter -All -PolicyStore 'ActiveStore')
    Assert-TimeLeft
    $count = 0
    foreach ($rule in @(Get-NetFirewallRule -All -PolicyStore 'ActiveStore')) {
        if ([string] (Get-MemberValue -Object $rule -Name 'Direction') -ne 'Inbound') { continue }
        $id = [string] (Get-MemberValue -Object $rule -Name 'InstanceID')
        $protocols = Get-FilterText -Table $ports -Identifier $id -Name 'Protocol'
        if ($protocols.Count -ne 0 -and $protocols[0] -notin 'TCP', '6', 'Any') { continue }
        $localPorts = Get-FilterText -Table $ports -Identifier $id -Name 'LocalPort'
        $match = Get-PortMatch -Ports $localPorts
        if ($match -eq '') { continue }
        $ruleServices = Get-FilterText -Table $services -Identifier $id -Name 'Service'
        $rulePrograms = Get-FilterText -Table $programs -Identifier $id -Name 'Program'
        if ($match -eq 'any' -and -not (Test-AboutMail -Programs $rulePrograms -Services $ruleServices)) { continue }
        $names = 'Name', 'DisplayName', 'Enabled', 'Action', 'Profile', 'PolicyStoreSourceType'
        $facts = Read-Members -Object $rule -Names $names
        $facts['ports'] = $localPorts
        $facts['programs'] = $rulePrograms
        $facts['services'] = $ruleServices
        $facts['local-addresses'] = Get-FilterText -Table $addresses -Identifier $id -Name 'LocalAddress'
        $facts['remote-addresses'] = Get-FilterText -Table $addresses -Identifier $id -Name 'RemoteAddress'
        Write-Fact -Kind 'firewall-rule' -Members $facts
        $count++
    }
    Write-Read -What 'firewall-rules' -Where '' -Count $count
}

# ---- Application pools and groups ----------------------------------------------------------------

function Read-PoolAccount {
    # The account of an application pool, as a name that Windows knows.
    param([string] $Identity, [string] $User, [string] $Pool)
    switch ($Identity) {
        'SpecificUser' { return $User }
        'ApplicationPoolIdentity' { return 'IIS APPPOOL\' + $Pool }
    }
    $Identity
}

function Write-Pools {
    $count = 0
    foreach ($pool in @(Get-ApplicationPool)) {
        $poolAccount = Read-PoolAccount -Identity $pool.identity -User $pool.user -Pool $pool.name
        Write-Fact -Kind 'pool' -Members ([ordered] @{
                name = $pool.name; state = $pool.state; identity = $pool.identity
                account = $poolAccount; 'account-sid' = (Read-Identifier -Name $poolAccount)
            })
        $count++
    }
    Write-Read -What 'pools' -Where '' -Count $count
}

function Write-Workers {
    # The worker processes of application pools, and when they started. The command line names the pool.
    $count = 0
    foreach ($process in @(Get-CimObject -Class 'Win32_Process' -Filter "Name='w3wp.exe'")) {
        $line = Get-MemberValue -Object $process -Name 'CommandLine'
        $hidden = 'the command line of the process is not shown to this account'
        $pool = @{ failed = (New-Failure -Kind 'access-denied' -Detail $hidden) }
        if (-not [string]::IsNullOrEmpty($line)) {
            $pool = New-Answer -Value $null
            if ($line -match '-ap "([^"]*)"') { $pool = New-Answer -Value $Matches[1] }
        }
        Write-Fact -Kind 'worker' -Members ([ordered] @{
                pool = $pool; process = [int] (Get-MemberValue -Object $process -Name 'ProcessId')
                started = (Read-Time -Object $process -Name 'CreationDate')
            })
        $count++
    }
    Write-Read -What 'workers' -Where '' -Count $count
}

function Write-Groups {
    # SharePoint's local groups. Their names are not localized.
    $names = 'WSS_ADMIN_WPG', 'WSS_WPG', 'WSS_RESTRICTED_WPG_V4'
    foreach ($name in $names) {
        $facts = [ordered] @{ name = $name; sid = (Read-Identifier -Name ([Environment]::MachineName + '\' + $name)) }
        try {
            $members = @(foreach ($member in @(Get-GroupMember -Name $name)) {
                    [ordered] @{ path = $member.path; class = $member.class; sid = $member.sid }
                })
            $facts['members'] = @{ known = $members }
        } catch { $facts['members'] = New-FailedAnswer -ErrorRecord $_ }
        Write-Fact -Kind 'group' -Members $facts
    }
    Write-Read -What 'groups' -Where '' -Count $names.Count
}

function Write-Accounts {
    foreach ($name in $Account) {
        Assert-TimeLeft
        Write-Fact -Kind 'account' -Members ([ordered] @{ name = $name; sid = (Read-Identifier -Name $name) })
    }
    Write-Read -What 'accounts' -Where '' -Count $Account.Count
}

# ---- Shares and folders --------------------------------------------------------------------------

function Write-Shares {
    # Shares with their paths, and their own permissions as SDDL.
    $count = 0
    if (Get-Command -Name 'Get-SmbShare' -ErrorAction SilentlyContinue) {
        foreach ($share in @(Get-SmbShare)) {
            $names = 'Name', 'Path', 'Special', 'SecurityDescriptor'
            Write-Fact -Kind 'share' -Members (Read-Members -Object $share -Names $names)
            $count++
        }
    } else {
        # Windows Server 2008 R2 does not have the command.
        foreach ($share in @(Get-CimObject -Class 'Win32_Share')) {
            $facts = Read-Members -Object $share -Names 'Name', 'Path'
            $facts['special'] = New-Answer -Value ([long] (Get-MemberValue -Object $share -Name 'Type') -ge 2147483648)
            $missing = New-Failure -Kind 'unsupported' -Detail 'this Windows has no command Get-SmbShare'
            $facts['security-descriptor'] = @{ failed = $missing }
            Write-Fact -Kind 'share' -Members $facts
            $count++
        }
    }
    Write-Read -What 'shares' -Where '' -Count $count
}

function Write-Folders {
    foreach ($path in $DropFolder) {
        Assert-TimeLeft
        $facts = [ordered] @{ path = $path }
        try { $facts['security-descriptor'] = New-Answer -Value (Get-FolderDescriptor -Path $path) }
        catch { $facts['security-descriptor'] = New-FailedAnswer -ErrorRecord $_ }
        Write-Fact -Kind 'folder' -Members $facts
    }
    Write-Read -What 'folders' -Where '' -Count $DropFolder.Count
}

# ---- The run -------------------------------------------------------------------------------------

Write-Header
Write-Clock
$steps = 'windows', 'features', 'services', 'firewall-profiles', 'networks', 'firewall-rules', 'pools', 'workers',
'groups', 'accounts', 'shares', 'folders'
foreach ($what in $steps) {
    try {
        Start-Step -Text $what -Seconds $StepSeconds
        switch ($what) {
            'windows' { Write-Windows }
            'features' { Write-Features }
            'services' { Write-Services }
            'firewall-profiles' { Write-FirewallProfiles }
            'networks' { Write-Networks }
            'firewall-rules' { Write-FirewallRules }
            'pools' { Write-Pools }
            'workers' { Write-Workers }
            'groups' { Write-Groups }
            'accounts' { Write-Accounts }
            'shares' { Write-Shares }
            'folders' { Write-Folders }
        }
    } catch { Write-Unread -What $what -Where '' -Failure (Get-Failure -ErrorRecord $_) }
}
Write-End
