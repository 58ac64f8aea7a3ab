# Runs src/probe/scripts/sharepoint.ps1 on farms of a stand-in of SharePoint's object model.
BeforeAll {
    Import-Module "$env:SPINMAIL_PWSH_TOOLS/stubs.psm1"
    Import-Module "$PSScriptRoot/gather.psm1" -Force
    Import-CommandStub sharepoint-2013 Get-SPFarm, Get-SPServer, Get-SPServiceInstance, Get-SPWebApplication, Get-SPLogLevel
    Import-CommandStub windows-5.1 Get-WinEvent, Add-PSSnapin
    if (-not ('Spinmail.Tests.Watch' -as [type])) {
        Add-Type -TypeDefinition ([IO.File]::ReadAllText("$PSScriptRoot/object-model.cs"))
    }
    $global:gather = @{
        script = Get-GatherScript -Name sharepoint -Doors Get-WindowsCaller, Get-ClockNow, Get-LibraryVersion -Folder $TestDrive
    }
    function global:Get-WindowsCaller {
        @{ name = 'FABRIKAM\sp_admin'; sid = 'S-1-5-21-1-2-3-1106'; groups = @('S-1-5-32-544'); elevated = $true }
    }
    function global:Get-ClockNow {
        $zone = [TimeZoneInfo]::CreateCustomTimeZone('Test', [TimeSpan]::FromMinutes($global:gather.offset), 'Test', 'Test')
        @{ utc = [Spinmail.Tests.TestFarm]::Now; zone = $zone; offset = [TimeSpan]::FromMinutes($global:gather.offset) }
    }
    function global:Get-LibraryVersion { $global:gather.farm.Farm.get_BuildVersion().ToString() }

    function script:New-Farm([string] $Product = '2019') {
        $global:gather.farm = New-Object -TypeName Spinmail.Tests.TestFarm -ArgumentList $Product
        $global:gather.offset = 0
        $now = [Spinmail.Tests.TestFarm]::Now
        $global:gather.events = @(
            New-Event 6871 $now.AddSeconds(-20) @('0', '0', 'unknown: docs72')
            New-Event 6871 $now.AddSeconds(-80) @('2', '0', '')
            New-Event 6873 $now.AddHours(-30) @('C:\drop\a.eml', 'error')
        )
        [Spinmail.Tests.Watch]::Reset()
        $global:gather.farm
    }
    function script:New-Event([int] $Id, [datetime] $Time, [string[]] $Parameters, [string] $Provider = 'Microsoft-SharePoint Products-SharePoint Foundation') {
        [pscustomobject] @{
            Id = $Id; TimeCreated = $Time.ToLocalTime(); ProviderName = $Provider; Message = "Event $Id f" + [char] 0xFC + "r`r`nE-Mail"
            Properties = @(foreach ($text in $Parameters) { [pscustomobject] @{ Value = $text } })
        }
    }
    function script:Invoke-Gather([hashtable] $With = @{}) {
        $global:gather.lines = @(& $global:gather.script -Quiet @With)
        ConvertFrom-Lines -Lines $global:gather.lines
    }
}

AfterAll {
    foreach ($name in 'Get-WindowsCaller', 'Get-ClockNow', 'Get-LibraryVersion') { Remove-Item -Path "function:global:$name" -ErrorAction Ignore }
}

Describe 'gather sharepoint' {
    BeforeEach {
        Mock Get-SPFarm { $global:gather.farm.Farm }
        Mock Get-SPServer { $global:gather.farm.Servers }
        Mock Get-SPServiceInstance { $global:gather.farm.Instances } -ParameterFilter { $All }
        Mock Get-SPWebApplication { $global:gather.farm.Applications } -ParameterFilter { $IncludeCentralAdministration }
        Mock Get-SPLogLevel { $global:gather.farm.LogLevel } -ParameterFilter { $Identity -eq 'SharePoint Foundation:E-Mail' }
        Mock Get-WinEvent {
            if ($FilterHashtable.LogName -eq 'Application') { $found = @() }
            else {
                $since = if ($FilterHashtable.ContainsKey('StartTime')) { [Spinmail.Tests.TestFarm]::Now.AddHours(-24) } else { [datetime]::MinValue }
                $found = @($global:gather.events | Where-Object { $_.Id -eq $FilterHashtable.Id -and $_.TimeCreated.ToUniversalTime() -ge $since })
            }
            if ($found.Count) { return $found | Select-Object -First $MaxEvents }
            $none = [Exception]::new('Es wurden keine Ereignisse gefunden.')
            throw [Management.Automation.ErrorRecord]::new($none, 'NoMatchingEventsFound,Microsoft.PowerShell.Commands.GetWinEventCommand', 'ObjectNotFound', $null)
        }
        New-Farm | Out-Null
    }
    AfterEach {
        [Spinmail.Tests.Watch]::Writes -join ', ' | Should -Be '' -Because 'a script that gathers changes nothing'
        [Spinmail.Tests.Watch]::Open | Should -Be 0 -Because 'every site and web is disposed of'
    }

    It 'a healthy farm of SharePoint <product>' -ForEach @(
        @{ product = '2013' }, @{ product = '2016' }, @{ product = '2019' }, @{ product = 'subscription' }
    ) {
        New-Farm $product | Out-Null
        $facts = Invoke-Gather
        Assert-Recorded -Name "sharepoint-$product" -Lines $global:gather.lines
        $facts.farm[0].product.known | Should -Be $product
        $facts.ContainsKey('unread') | Should -BeFalse
        $facts.list.Count | Should -Be 12
        # What a version lacks is not taken for a value.
        $facts.service[0]['auto-provision'].ContainsKey('failed') | Should -Be ($product -eq '2013')
        $facts.run.server -join ' ' | Should -Be 'SP1 SP2'
        $facts.run[0].ended.known | Should -Be '2026-11-30T10:00:10.000Z'
        # Lists come last.
        $kinds = @($global:gather.lines | ForEach-Object { [regex]::Match($_, '"kind":"([a-z-]+)"').Groups[1].Value })
        $kinds[-4..-1] -join ' ' | Should -Be 'list contents read end'
        [Spinmail.Tests.Watch]::MostOpen | Should -BeLessOrEqual 3
    }

    It 'safe servers: null, an empty list and addresses differ' {
        $global:gather.farm.SetSafeServers($null)
        (Invoke-Gather).service[0]['safe-servers'].absent | Should -Be 'null'
        $global:gather.farm.SetSafeServers(@())
        (Invoke-Gather).service[0]['safe-servers'].known.Count | Should -Be 0
        $global:gather.farm.SetSafeServers(@('192.0.2.5', '192.0.2.6'))
        (Invoke-Gather).service[0]['safe-servers'].known -join ' ' | Should -Be '192.0.2.5 192.0.2.6'
    }

    It 'the service on one server only' {
        $global:gather.farm.StopService('SP2')
        $facts = Invoke-Gather
        Assert-Recorded -Name 'sharepoint-one-server' -Lines $global:gather.lines
        @($facts.instance | Where-Object { $_.status.known -eq 'Online' }).server.known | Should -Be 'SP1'
    }

    It 'no instance at all: the farm has the service' {
        $global:gather.farm.RemoveInstances()
        $facts = Invoke-Gather
        $facts.service[0].enabled.known | Should -BeTrue
        @($facts.read | Where-Object { $_.what -eq 'instances' })[0]['count'] | Should -Be 0
    }

    It 'the delivery job disabled, and absent' {
        $global:gather.farm.DisableJob()
        $facts = Invoke-Gather
        Assert-Recorded -Name 'sharepoint-job-disabled' -Lines $global:gather.lines
        $facts.job[0]['is-disabled'].known | Should -BeTrue
        $global:gather.farm.RemoveJob()
        $facts = Invoke-Gather
        @($facts.read | Where-Object { $_.what -eq 'jobs' })[0]['count'] | Should -Be 0
    }

    It 'no right on a content database' {
        $global:gather.farm.Deny('WSS_Content')
        $facts = Invoke-Gather
        Assert-Recorded -Name 'sharepoint-database-denied' -Lines $global:gather.lines
        $facts.unread.Count | Should -Be 1
        "$($facts.unread[0].what) $($facts.unread[0].where) $($facts.unread[0].why.kind)" | Should -Be 'lists WSS_Content access-denied'
        $facts.application[1].account.known.username.known | Should -Be 'FABRIKAM\sp_web'
    }

    It 'sites and webs that cannot be read' {
        $global:gather.farm.LockSite('WSS_Content')
        $facts = Invoke-Gather
        $facts.unread.where | Should -Be 'http://intranet.fabrikam.com/sites/wss_content1'
        $facts.site.Count | Should -Be 2
        $facts.list.Count | Should -Be 8
        $global:gather.farm = New-Object -TypeName Spinmail.Tests.TestFarm -ArgumentList '2019'
        $global:gather.farm.BreakSite('WSS_Content')
        $facts = Invoke-Gather
        $facts.unread.where | Should -Be 'site collection 2 of WSS_Content'
        $facts.unread.why.kind | Should -Be 'access-denied'
        $global:gather.farm = New-Object -TypeName Spinmail.Tests.TestFarm -ArgumentList '2019'
        $global:gather.farm.BreakWeb('WSS_Content')
        $facts = Invoke-Gather
        $facts.unread.Count | Should -Be 3
        $facts.unread[0].why.kind | Should -Be 'not-found'
        $facts.list.Count | Should -Be 6
    }

    It 'a localized farm, in <culture>' -ForEach @(@{ culture = 'de-DE' }, @{ culture = 'tr-TR' }, @{ culture = 'ar-SA' }) {
        $global:gather.farm.Localize()
        $facts = Use-Culture -Name $culture -Block { Invoke-Gather }
        $facts.header[0].culture | Should -Be $culture
        Assert-Recorded -Name 'sharepoint-localized' -Lines $global:gather.lines
        $facts.list[0].title.known | Should -Be ('Dokumente f' + [char] 0xFC + 'r ' + [char] 0xC4 + 'rzte 0')
        $facts.unread[0].why.kind | Should -Be 'access-denied'
    }

    It 'the output of a healthy farm is the same in <culture>' -ForEach @(@{ culture = 'de-DE' }, @{ culture = 'tr-TR' }) {
        Use-Culture -Name $culture -Block { Invoke-Gather } | Out-Null
        Assert-Recorded -Name 'sharepoint-2019' -Lines $global:gather.lines
    }

    It 'half a surrogate pair becomes a replacement character' {
        $global:gather.farm.Localize()
        $facts = Invoke-Gather
        $global:gather.farm.AddSites('WSS_Content', 1, 1, 3)
        $facts = Invoke-Gather
        $facts.list[2].title.known | Should -Be ('Pl' + [char] 0xE4 + 'ne ' + [char]::ConvertFromUtf32(0x1F4C5) + ' ' + [char] 0xFFFD + ' 2')
    }

    It 'the commands of SharePoint are missing' {
        Mock Get-Command { } -ParameterFilter { $Name -eq 'Get-SPFarm' }
        Mock Add-PSSnapin { throw 'Das Windows PowerShell-Snap-In ist nicht installiert.' }
        Mock Import-Module { throw 'Das Modul wurde nicht geladen.' } -ParameterFilter { $Name -eq 'SharePointServer' }
        $facts = Invoke-Gather
        Assert-Recorded -Name 'sharepoint-no-commands' -Lines $global:gather.lines
        $facts.unread[0].what | Should -Be 'everything'
        $facts.unread[0].why.kind | Should -Be 'unsupported'
        $facts.unread[0].why.detail | Should -BeLike '*Snap-In*Modul*'
    }

    It 'the snap-in, else the module' {
        Mock Get-Command { } -ParameterFilter { $Name -eq 'Get-SPFarm' }
        Mock Add-PSSnapin { }
        (Invoke-Gather).shell[0].how | Should -Be 'snap-in'
        Mock Add-PSSnapin { throw 'not installed' }
        Mock Import-Module { } -ParameterFilter { $Name -eq 'SharePointServer' }
        (Invoke-Gather).shell[0].how | Should -Be 'module'
    }

    It 'an account without rights: no farm' {
        $refuse = { throw 'The local farm is not accessible.' }
        Mock Get-SPFarm { }
        Mock Get-SPServer $refuse
        Mock Get-SPServiceInstance $refuse -ParameterFilter { $All }
        Mock Get-SPWebApplication $refuse -ParameterFilter { $IncludeCentralAdministration }
        Mock Get-SPLogLevel $refuse -ParameterFilter { $Identity }
        $facts = Invoke-Gather
        Assert-Recorded -Name 'sharepoint-no-farm' -Lines $global:gather.lines
        $facts.unread.what -join ' ' | Should -Be 'farm servers instances service log-level jobs applications'
        $facts.unread[0].why.kind | Should -Be 'access-denied'
        $facts.event.Count | Should -Be 3
    }

    It 'the level of the event log: by a short name, without one, not there' {
        $global:gather.level = @([pscustomobject] @{ EventSev = 'Warning' })
        Mock Get-SPLogLevel { $global:gather.level } -ParameterFilter { $Identity }
        $facts = Invoke-Gather
        $facts['log-level'][0]['event-severity'].known | Should -Be 'Warning'
        $facts['log-level'][0]['trace-severity'].failed.kind | Should -Be 'unsupported'
        $global:gather.level = @()
        $facts = Invoke-Gather
        $facts.ContainsKey('log-level') | Should -BeFalse
        "$($facts.unread.what) $($facts.unread.why.kind)" | Should -Be 'log-level not-found'
    }

    It 'events: other products, a missing log, an old event' {
        $global:gather.events += New-Event 6872 ([Spinmail.Tests.TestFarm]::Now) @() 'Another Product'
        $facts = Invoke-Gather
        @($facts.event | Where-Object { $_.id -eq 6872 }).Count | Should -Be 0
        @($facts.event | Where-Object { $_.id -eq 6873 }).time | Should -Be '2026-11-29T04:00:30.000Z'
        $global:gather.events = @(New-Object -TypeName Spinmail.Tests.BrokenEvent)
        $facts = Invoke-Gather
        $facts.unread[0].where | Should -Be '6871 in Microsoft-SharePoint Products-Shared/Operational'
        $facts.unread[0].why.detail | Should -Be 'ProviderName is broken'
        Mock Get-WinEvent {
            throw [Management.Automation.ErrorRecord]::new([Exception]::new('Kein Protokoll'), 'NoMatchingLogsFound,Microsoft.PowerShell.Commands.GetWinEventCommand', 'ObjectNotFound', $null)
        }
        $facts = Invoke-Gather
        $facts.unread.Count | Should -Be 6
        $facts.unread[0].why.kind | Should -Be 'not-found'
    }

    It 'history: <state>, <zone> minutes from UTC: <clock>' -ForEach @(
        @{ state = 'UTC'; zone = 0; times = 0; last = 'Unspecified'; silent = 0; clock = 'utc' }
        # The other reading would be in the future.
        @{ state = 'local times'; zone = 60; times = 60; last = 'Unspecified'; silent = 0; clock = 'local' }
        @{ state = 'UTC'; zone = -300; times = 0; last = 'Unspecified'; silent = 0; clock = 'utc' }
        # Only the event log knows.
        @{ state = 'UTC'; zone = 60; times = 0; last = 'Unspecified'; silent = 0; clock = 'utc' }
        @{ state = 'local times'; zone = -300; times = -300; last = 'Unspecified'; silent = 0; clock = 'local' }
        @{ state = 'local times, silent as long as the zone is from UTC'; zone = 60; times = 60; last = 'Unspecified'; silent = 60; clock = 'local' }
        # Nothing knows.
        @{ state = 'UTC without events'; zone = 60; times = 0; last = 'Unspecified'; silent = 0; clock = $null }
        @{ state = 'local times without events, silent'; zone = 60; times = 60; last = 'Unspecified'; silent = 60; clock = $null }
        # The last run has a kind, or is by the other clock.
        @{ state = 'UTC without events, a last run with a kind'; zone = 60; times = 0; last = 'Utc'; silent = 0; clock = 'utc' }
        @{ state = 'UTC without events, a local last run'; zone = 60; times = 0; last = 'other'; silent = 0; clock = 'utc' }
        @{ state = 'local times without events, a UTC last run'; zone = -300; times = -300; last = 'other'; silent = 0; clock = 'local' }
    ) {
        $farm = $global:gather.farm
        $global:gather.offset = $zone
        $farm.SetHistory(5, [TimeSpan]::FromMinutes($times), $true, $silent)
        if ($last -eq 'other') { $farm.SetLastRun([TimeSpan]::FromMinutes($zone - $times), 'Unspecified', $silent) }
        else { $farm.SetLastRun([TimeSpan]::FromMinutes($times), $last, $silent) }
        $global:gather.events = @(if ($state -notlike '*without events*') {
                New-Event 6871 ([Spinmail.Tests.TestFarm]::Now.AddMinutes(-$silent).AddSeconds(-21)) @('0')
            })
        # The event is of the server on which the script runs.
        $global:gather.script = Get-GatherScript -Name sharepoint -Doors Get-WindowsCaller, Get-ClockNow, Get-LibraryVersion -Folder $TestDrive
        $text = [IO.File]::ReadAllText($global:gather.script).Replace('[Environment]::MachineName', "'SP1'")
        [IO.File]::WriteAllText($global:gather.script, $text)
        $facts = Invoke-Gather
        if ($null -eq $clock) {
            $facts.history[0].clock.failed.kind | Should -Be 'ambiguous'
            $facts.run[0].ended.failed.kind | Should -Be 'ambiguous'
        } else {
            $facts.history[0].clock.known | Should -Be $clock
            $expected = [Spinmail.Tests.TestFarm]::Now.AddSeconds(-20).AddMinutes(-$silent)
            $facts.run[0].ended.known | Should -Be ($expected.ToString('yyyy-MM-ddTHH:mm:ss.fff') + 'Z')
        }
    }

    It 'history: oldest first is read to its end, newest first is not' {
        $global:gather.farm.SetHistory(500, [TimeSpan]::Zero, $true)
        $facts = Invoke-Gather @{ HistoryLimit = 100 }
        "$($facts.history[0].entries) $($facts.history[0].whole) $($facts.run[0].ended.known)" | Should -Be '100 False 2026-11-30T10:00:10.000Z'
        $global:gather.farm.SetHistory(500, [TimeSpan]::Zero, $false)
        $facts = Invoke-Gather @{ HistoryLimit = 100 }
        "$($facts.history[0].entries) $($facts.history[0].whole) $($facts.run[0].ended.known)" | Should -Be '1000 True 2026-11-30T10:00:10.000Z'
        $global:gather.farm.SetHistory(0, [TimeSpan]::Zero, $true)
        (Invoke-Gather).history[0].clock.absent | Should -Be 'null'
    }

    It 'each getter throws: its reason is written, and nothing is made up' {
        $prepare = { (New-Farm).AddSites('WSS_Content', 3, 1, 1) }
        & $prepare
        Invoke-Gather | Out-Null
        $values = [Collections.Generic.HashSet[string]]::new([string[]] @(Get-Values -Lines $global:gather.lines))
        $getters = @([Spinmail.Tests.Watch]::Reads)
        $getters.Count | Should -BeGreaterThan 100
        foreach ($getter in $getters) {
            & $prepare
            [Spinmail.Tests.Watch]::Fault = $getter
            [Spinmail.Tests.Watch]::Error = [InvalidOperationException]::new("$getter is broken")
            $facts = Invoke-Gather
            $because = "$getter throws"
            # SPFarm.BuildVersion is read by the stand-in for the library's version, too.
            ($global:gather.lines -join "`n").Contains("$getter is broken") | Should -BeTrue -Because $because
            $facts.end[0].counts.Count | Should -BeGreaterThan 3 -Because $because
            foreach ($value in Get-Values -Lines $global:gather.lines) {
                # Labels that stand in for names, and counts, may differ; a pending request shows its own failure.
                if ($values.Contains($value) -or $value.Contains("$getter is broken")) { continue }
                # A group or site of which this is not known is written, too.
                if ($getter -like 'SPGroup.*' -and $value -like 'group *') { continue }
                if ($getter -like 'SPSite.*' -and $value -like 'site *') { continue }
                if ($value -cmatch '^(list|group|site) (site|web|database): |^database application: |^(run|history) (job|server): |^history (entries|clock): ') { continue }
                $value | Should -BeNullOrEmpty -Because "$because, and this was not read before"
            }
            [Spinmail.Tests.Watch]::Open, [Spinmail.Tests.Watch]::Writes.Count | Should -Be 0, 0 -Because $because
        }
    }

    It 'kinds of failures: <kind>' -ForEach @(
        @{ kind = 'access-denied'; error = { [Security.SecurityException]::new('x') } }
        @{ kind = 'timed-out'; error = { [TimeoutException]::new('x') } }
        @{ kind = 'timed-out'; error = { [Spinmail.Tests.Watch]::SqlError(-2) } }
        @{ kind = 'unreachable'; error = { [Spinmail.Tests.Watch]::SqlError(53) } }
        @{ kind = 'access-denied'; error = { [Exception]::new('outer', [Spinmail.Tests.Watch]::SqlError(18456)) } }
        @{ kind = 'access-denied'; error = { [Runtime.InteropServices.COMException]::new('x', 0x80070005) } }
        @{ kind = 'not-found'; error = { [IO.FileNotFoundException]::new('x') } }
        @{ kind = 'other'; error = { [Exception]::new('') } }
    ) {
        [Spinmail.Tests.Watch]::Fault = 'SPIncomingEmailServiceInstance.EffectiveDropFolder'
        [Spinmail.Tests.Watch]::Error = & $error
        $failure = (Invoke-Gather).instance[0]['effective-drop-folder'].failed
        $failure.kind | Should -Be $kind
        $failure.detail | Should -Not -BeNullOrEmpty
    }

    It 'a time limit: what is missing is said' {
        $facts = Invoke-Gather @{ TotalSeconds = 0 }
        $facts.unread[0].why.kind | Should -Be 'timed-out'
        $facts = Invoke-Gather @{ DatabaseSeconds = 0 }
        @($facts.unread | Where-Object { $_.what -eq 'lists' }).where -join ' ' | Should -Be 'SharePoint_AdminContent WSS_Content'
        $facts.application.Count | Should -Be 2
    }

    It 'ten thousand lists come one at a time' {
        $global:gather.farm.AddSites('WSS_Content', 100, 10, 10)
        # A reader that keeps nothing sees each line as it comes.
        $seen = @{ lines = 0; lists = 0; bytes = 0; mostOpen = 0 }
        [GC]::Collect()
        $before = [GC]::GetTotalMemory($true)
        $watch = [Diagnostics.Stopwatch]::StartNew()
        $process = [Diagnostics.Process]::GetCurrentProcess()
        $processor = $process.TotalProcessorTime
        & $global:gather.script -Quiet | ForEach-Object {
            $seen.lines++
            $seen.bytes += $_.Length + 1
            if ($_.StartsWith('{"kind":"list"')) { $seen.lists++; $seen.mostOpen = [Math]::Max($seen.mostOpen, [Spinmail.Tests.Watch]::Open) }
        }
        $watch.Stop()
        $process.Refresh()
        $processor = ($process.TotalProcessorTime - $processor).TotalSeconds
        $grown = ([GC]::GetTotalMemory($true) - $before) / 1MB
        $measured = $seen.lines, ($seen.bytes / 1MB), $watch.Elapsed.TotalSeconds, $processor, $grown
        Write-Host ('10,000 lists: {0} lines, {1:N1} MB, {2:N1} s, {3:N1} s of processor, managed memory grown by {4:N1} MiB' -f $measured)
        $seen.lists | Should -Be 10000
        $seen.mostOpen | Should -BeLessOrEqual 3 -Because 'lines come while the site is open, not after'
        $grown | Should -BeLessThan 32
        $processor | Should -BeLessThan 120
    }
}
