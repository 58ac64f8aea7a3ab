# Settles on a real farm what could not be tested without one. Run it on a farm server, as an administrator:
#
#   powershell -NoProfile -ExecutionPolicy Bypass -File .\on-a-farm.ps1 -Program .\spinmail.exe -Farm .\farm.toml
#
# It only reads, apart from files in a temporary folder that it removes, and ends within ten minutes. It writes into the
# folder of -Out, which is new or empty: the facts (facts.json), the report of them (report.html), and what was found
# about each open point (answers.txt), with "same", "DIFFERS" or "not shown". answers.txt holds no name of the farm:
# messages are shown on the screen only. With -Redact, names and addresses are replaced in the facts, the report is made
# of those, and the farm file that fits them is written too (facts.farm.toml), so that the folder can be sent on.
param(
    [string] $Program = 'spinmail',
    [string] $Farm = 'farm.toml',
    [string] $Out = 'on-a-farm',
    [switch] $Redact
)
$ErrorActionPreference = 'Stop'
Set-StrictMode -Version 3
$ProgressPreference = 'SilentlyContinue'
$end = (Get-Date).AddMinutes(9)
$Program = (Get-Command -Name $Program -CommandType Application | Select-Object -First 1).Source
$Farm = (Resolve-Path -LiteralPath $Farm).ProviderPath
New-Item -ItemType Directory -Force -Path $Out | Out-Null
if (Get-ChildItem -LiteralPath $Out -Force | Select-Object -First 1) { throw "$Out is not empty: name a new folder with -Out" }
$Out = (Resolve-Path -LiteralPath $Out).ProviderPath
$temporary = Join-Path ([IO.Path]::GetTempPath()) ([Guid]::NewGuid())
$answers = New-Object -TypeName System.Collections.Generic.List[string]

# Adds a line to the answers. They are ASCII: some readers know nothing else.
function Write-Answer([string] $Text) {
    $plain = [regex]::Replace($Text, '[^\x20-\x7e]', { '\u{0:x4}' -f [int] $args[0].Value[0] })
    $answers.Add($plain)
    Write-Host $plain
}

# Runs the program, for a minute at most, and returns its status and its output.
function Invoke-Program([string] $Arguments, [int] $Seconds = 60, [string] $Folder = $temporary) {
    $left = [int] ($end - (Get-Date)).TotalSeconds
    if ($left -le 0) { throw 'no time is left' }
    $command = ($Arguments -split ' ')[0]
    $run = @{
        FilePath = $Program
        ArgumentList = $Arguments
        WorkingDirectory = $Folder
        RedirectStandardOutput = Join-Path $temporary 'output.txt'
        RedirectStandardError = Join-Path $temporary 'messages.txt'
        NoNewWindow = $true
        PassThru = $true
    }
    $process = Start-Process @run
    # Without the handle, Windows PowerShell does not learn the status.
    $null = $process.Handle
    if (-not $process.WaitForExit(1000 * [Math]::Min($Seconds, $left))) {
        $process.Kill()
        throw "``spinmail $command`` did not end in time"
    }
    $process.WaitForExit()
    @{
        Code = $process.ExitCode
        Output = [IO.File]::ReadAllText($run.RedirectStandardOutput)
        Messages = [IO.File]::ReadAllText($run.RedirectStandardError)
    }
}

# Returns the exit status as a text for the answers. The messages name files, accounts and hosts: they are only shown.
function Get-Status($Run) {
    Write-Host $Run.Messages
    "status $($Run.Code)"
}

# Returns why a point was not shown, for the answers: a reason of this script's own, else the error's type and number. An
# error's message can name files, accounts and hosts: it is only shown.
function Get-Reason([System.Management.Automation.ErrorRecord] $Problem) {
    if ($Problem.TargetObject -is [string] -and $Problem.FullyQualifiedErrorId -eq $Problem.TargetObject) { return $Problem.TargetObject }
    Write-Host $Problem.Exception.Message
    $cause = $Problem.Exception.GetBaseException()
    '{0} (0x{1:X8})' -f $cause.GetType().Name, $cause.HResult
}

# Looks at one open point. The block returns nothing if all is as expected, else what differs; it throws what it lacks.
function Test-Point([string] $Name, [string] $Expected, [scriptblock] $Look) {
    $begin = Get-Date
    try {
        $differences = @(& $Look)
        $state = if ($differences.Count -eq 0) { 'same' } else { 'DIFFERS: ' + ($differences -join '; ') }
    } catch {
        $state = "not shown: $(Get-Reason $_)"
    }
    $seconds = [int] ((Get-Date) - $begin).TotalSeconds
    Write-Answer "$Name ($seconds s)"
    Write-Answer "    expected: $Expected"
    Write-Answer "    $state"
}

# Returns a value from facts by its path, or nothing where it is not known.
function Get-Value($Object, [string[]] $Names) {
    foreach ($name in $Names) {
        if ($null -eq $Object -or $Object -is [string] -or $null -eq $Object.PSObject.Properties[$name]) { return }
        $Object = $Object.$name
    }
    $Object
}

# Returns the folders of the facts that are on this machine.
function Get-LocalFolder {
    $found = @(Get-Value $facts 'folder', 'folders') | Where-Object { $_ -and $_.path -match '^[A-Za-z]:\\' -and (Test-Path -LiteralPath $_.path) }
    if (-not $found) { throw 'the facts hold no drop folder of this machine' }
    $found
}

try {
    New-Item -ItemType Directory -Path $temporary | Out-Null
    $version = (Invoke-Program '--version').Output.Trim()
    $isElevated = 'not known'
    try {
        $user = New-Object -TypeName System.Security.Principal.WindowsPrincipal -ArgumentList ([System.Security.Principal.WindowsIdentity]::GetCurrent())
        $isElevated = $user.IsInRole([System.Security.Principal.WindowsBuiltInRole]::Administrator)
    } catch {
        $isElevated = 'not known'
    }
    Write-Answer "$version on $([Environment]::OSVersion.VersionString), PowerShell $($PSVersionTable.PSVersion)"
    Write-Answer "elevated: $isElevated; culture: $([Globalization.CultureInfo]::CurrentCulture.Name), output: $([Console]::OutputEncoding.WebName)"
    Write-Answer ''

    # --- the facts and the report
    $facts = $null
    $file = Join-Path $Out 'facts.json'
    $whole = Join-Path $temporary 'facts.json'
    Test-Point 'gather ends within its time' 'exit status 0, 1 or 3 within five minutes' {
        $run = Invoke-Program "gather --file `"$Farm`" --out `"$whole`"" 300
        if ($run.Code -notin 0, 1, 3) { Get-Status $run }
    }
    if (Test-Path -LiteralPath $whole) { $facts = [IO.File]::ReadAllText($whole) | ConvertFrom-Json }
    $judged = $Farm
    if ($Redact) {
        $judged = 'facts.farm.toml'
        Test-Point 'names and addresses are replaced' 'exit status 0, the facts and a farm file' {
            if (-not $facts) { throw 'there are no facts' }
            $run = Invoke-Program "gather --file `"$Farm`" --facts `"$whole`" --redact --out `"$file`""
            if ($run.Code -ne 0) { Get-Status $run }
            foreach ($name in 'facts.json', $judged) {
                if (-not (Test-Path -LiteralPath (Join-Path $Out $name))) { "no $name" }
            }
        }
    } elseif ($facts) {
        Copy-Item -LiteralPath $whole -Destination $file
    }
    Test-Point 'the facts make a report' 'exit status 0, 1 or 3, and a page' {
        if (-not (Test-Path -LiteralPath $file)) { throw 'there are no facts' }
        # In the folder, because names of files are part of the report.
        $run = Invoke-Program "verify --file `"$judged`" --facts facts.json --format html --out report.html" -Folder $Out
        if ($run.Code -notin 0, 1, 3) { Get-Status $run }
        if (-not (Test-Path -LiteralPath (Join-Path $Out 'report.html'))) { 'no report.html' }
    }

    # --- rights: Authz, SIDs, descriptors, SMB
    Test-Point 'the descriptor of a drop folder' "owner, group and DACL that Get-Acl shows" {
        foreach ($folder in Get-LocalFolder) {
            $ours = Get-Value $folder 'descriptor', 'known', 'text'
            if (-not $ours) { throw 'the facts hold no descriptor' }
            $theirs = (Get-Acl -LiteralPath $folder.path).GetSecurityDescriptorSddlForm('Owner, Group, Access')
            $one, $two = foreach ($text in $ours, $theirs) {
                (New-Object -TypeName System.Security.AccessControl.RawSecurityDescriptor -ArgumentList $text).GetSddlForm('Owner, Group, Access')
            }
            if ($one -ne $two) { 'another descriptor' }
        }
    }
    Test-Point 'SIDs of accounts (LookupAccountName)' 'the SID that .NET translates the name to' {
        $accounts = @(foreach ($folder in Get-LocalFolder) { Get-Value $folder 'accounts' }) | ForEach-Object { $_ }
        $known = @($accounts | Where-Object { Get-Value $_ 'sid', 'known' })
        if ($known.Count -eq 0) { throw 'the facts hold no account with a SID' }
        foreach ($account in $known) {
            $name = New-Object -TypeName System.Security.Principal.NTAccount -ArgumentList $account.name
            if ($name.Translate([System.Security.Principal.SecurityIdentifier]).Value -ne $account.sid.known) { 'another SID' }
        }
    }
    Test-Point 'tokens of accounts (Authz)' 'the groups of this account, and a token for every account with a SID' {
        $me = [System.Security.Principal.WindowsIdentity]::GetCurrent()
        $accounts = @(foreach ($folder in Get-LocalFolder) { Get-Value $folder 'accounts' }) | ForEach-Object { $_ }
        foreach ($account in @($accounts | Where-Object { Get-Value $_ 'sid', 'known' })) {
            $token = @(Get-Value $account 'token', 'known')
            if (-not $token) { 'no token of an account that has a SID' }
            # Groups of a logon, such as INTERACTIVE, differ by how the account logs on.
            $groups = @($me.Groups | ForEach-Object { $_.Value } | Where-Object { $_ -like 'S-1-5-21-*' })
            if ($account.sid.known -eq $me.User.Value -and ($groups | Where-Object { $_ -notin $token })) { 'groups of this account are missing' }
        }
    }
    Test-Point 'the descriptor of a share (SMB)' 'the accounts that Get-SmbShareAccess shows' {
        $shares = @(Get-Value $facts 'folder', 'folders') | Where-Object { $_ -and (Get-Value $_ 'share', 'known') }
        if (-not $shares) { throw 'the facts hold no share; use one as drop folder, also by DFS' }
        Write-Answer "    shares with a descriptor: $(@($shares).Count); compare them with Get-SmbShareAccess on the file server"
    }

    # --- IIS: the metabase as ADSI shows it
    Test-Point 'the SMTP service (ADSI)' 'the values of the metabase' {
        $servers = @(Get-Value $facts 'iis', 'servers') | Where-Object { Get-Value $_ 'metabase', 'known' }
        if (-not $servers) { throw 'the facts hold no metabase' }
        foreach ($server in Get-Value (@($servers)[0]) 'metabase', 'known', 'servers') {
            $object = [ADSI] "IIS://localhost/SmtpSvc/$($server.number)"
            foreach ($name in 'DropDirectory', 'QueueDirectory', 'FullyQualifiedDomainName') {
                $ours = Get-Value $server 'properties', $name, 'raw'
                if ($ours -and "$($object.Get($name))" -ne $ours) { $name }
            }
        }
    }

    # --- the directory and certificates
    Test-Point 'the directory as the account that is logged on (SSPI)' 'answers, without a password' {
        $run = Invoke-Program "verify directory --file `"$Farm`" --format json" 120
        if ($run.Messages -match '(?i)password|bind-as') { 'it wants an account or a password' }
        if ($run.Code -notin 0, 1, 3) { Get-Status $run }
    }
    Test-Point 'certificates of mail servers (the store of Windows)' 'an end in time, also without internet' {
        $run = Invoke-Program "verify smtp --file `"$Farm`" --format json" 120
        if ($run.Code -notin 0, 1, 3) { Get-Status $run }
    }

    # --- files: an edit of a copy
    Test-Point 'an edit keeps ACL, attributes, creation time and streams (ReplaceFileW)' 'all as before' {
        $copy = Join-Path $temporary 'edited.toml'
        [IO.File]::WriteAllText($copy, "[farm]`r`nname = `"x`"`r`n")
        $acl = Get-Acl -LiteralPath $copy
        $acl.SetAccessRuleProtection($true, $true)
        Set-Acl -LiteralPath $copy -AclObject $acl
        Set-Content -LiteralPath $copy -Stream 'note' -Value 'a stream'
        $item = Get-Item -LiteralPath $copy
        $item.CreationTimeUtc = [datetime] '2020-01-02T03:04:05Z'
        $item.Attributes = 'Hidden, Archive'
        $before = (Get-Acl -LiteralPath $copy).Sddl
        $run = Invoke-Program "set --file `"$copy`" farm.version 2019"
        if ($run.Code -ne 0) { Get-Status $run }
        $item = Get-Item -LiteralPath $copy -Force
        if ((Get-Acl -LiteralPath $copy).Sddl -ne $before) { 'the ACL' }
        if (-not ($item.Attributes -band [IO.FileAttributes]::Hidden)) { 'the attributes' }
        if ($item.CreationTimeUtc.Year -ne 2020) { 'the creation time' }
        if ((Get-Content -LiteralPath $copy -Stream 'note') -ne 'a stream') { 'the stream' }
        if (-not [IO.File]::ReadAllText($copy).Contains("2019")) { 'the edit itself' }
    }
    Test-Point 'a file that another program has open' 'a message that says so' {
        $copy = Join-Path $temporary 'held.toml'
        [IO.File]::WriteAllText($copy, "[farm]`r`nname = `"x`"`r`n")
        $held = [IO.File]::Open($copy, 'Open', 'ReadWrite', 'None')
        try {
            $run = Invoke-Program "set --file `"$copy`" farm.version 2019"
        } finally {
            $held.Dispose()
        }
        if ($run.Code -eq 0 -or $run.Messages -notmatch '(?i)open|use') { Get-Status $run }
    }
    Test-Point 'paths of more than 260 characters, NUL and wildcards' 'as any other path' {
        $deep = $temporary
        while ($deep.Length -lt 280) { $deep = Join-Path $deep ('d' * 60) }
        $null = [IO.Directory]::CreateDirectory("\\?\$deep")
        [IO.File]::WriteAllText("\\?\$(Join-Path $deep 'farm.toml')", "[farm]`r`nname = `"x`"`r`n")
        foreach ($row in @('a long path', "validate `"$(Join-Path $deep 'farm.toml')`" --fail-on never"),
            @('a wildcard', 'validate *.toml --fail-on never'),
            @('NUL', "validate `"$Farm`" --fail-on never --format json --out NUL")) {
            $kind, $arguments = $row
            $run = Invoke-Program $arguments
            if ($run.Code -notin 0, 3) { "${kind}: $(Get-Status $run)" }
        }
    }

    # --- this PowerShell
    Test-Point 'completion in this PowerShell' 'the words below' {
        $folder = Split-Path $Program
        $env:PATH = $folder + [IO.Path]::PathSeparator + $env:PATH
        & ([scriptblock]::Create((& $Program completions powershell | Out-String)))
        foreach ($row in @('spinmail veri', 'verify'), @('spinmail verify dns --on', '--only'), @('spinmail set mode ', 'automatic advanced'),
            @('spinmail set farm.name "" --dry', '--dry-run'), @('spinmail verify --facts $(throw "run") --on', '--only')) {
            $line, $expected = $row
            $found = (TabExpansion2 -inputScript $line -cursorColumn $line.Length).CompletionMatches | ForEach-Object { $_.CompletionText }
            # Options are offered for an empty word too.
            $found = @($found | Where-Object { $expected.StartsWith('-') -or -not $_.StartsWith('-') })
            if (($found -join ' ') -ne $expected) {
                # It may offer names of files.
                Write-Host ($found -join ' ')
                "``$line``: $($found.Count) other words"
            }
        }
    }
    Test-Point 'output in a pipe' 'letters beyond ASCII come through findstr and into a variable' {
        $copy = Join-Path $temporary 'letters.toml'
        [IO.File]::WriteAllText($copy, "[farm]`r`nname = `"Z$([char] 0xFC)rich`"`r`n")
        $text = & $Program get --file $copy farm.name
        if ("$text" -ne "Z$([char] 0xFC)rich") { "a variable holds $(($text.ToCharArray() | ForEach-Object { '{0:x4}' -f [int] $_ }) -join ' ')" }
    }

    Write-Answer ''
    Write-Answer 'To try by hand, and add here:'
    foreach ($line in @(
            'Ctrl-C during `spinmail verify`: it ends at once, and `echo %errorlevel%` in cmd shows a status that is not 0'
            '`spinmail wizard` in the console, in Windows Terminal and in PowerShell ISE: prompts, arrows, colours'
            'a drop folder on a DFS path, and one with a deny entry for a group: the verdicts of `spinmail verify folder`'
            'the same as a user who is not elevated: what is not known says so'
            'the same on a system in another language: names of accounts and groups'
            'a mail server with an expired, a foreign and a self-signed certificate: the verdicts of `spinmail verify smtp`')) {
        Write-Answer "  - $line"
    }
} finally {
    [IO.File]::WriteAllLines((Join-Path $Out 'answers.txt'), $answers)
    if (Test-Path -LiteralPath $temporary) {
        $remove = $temporary
        if ([IO.Path]::DirectorySeparatorChar -eq '\') { $remove = "\\?\$temporary" }
        [IO.Directory]::Delete($remove, $true)
    }
}
