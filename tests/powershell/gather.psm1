# What the tests of the gather scripts share.
Set-StrictMode -Version 3

$script:root = [IO.Path]::GetFullPath("$PSScriptRoot/../..")

function Get-GatherScript {
    <#
    .SYNOPSIS
        Copies a gather script without the functions that need Windows. Returns the path of the copy.
    .DESCRIPTION
        Tests define global functions in their place. Everything else runs as on a server.
    #>
    param([string] $Name, [string[]] $Doors, [string] $Folder)
    $text = [IO.File]::ReadAllText("$script:root/src/probe/scripts/$Name.ps1")
    $tree = [Management.Automation.Language.Parser]::ParseInput($text, [ref] $null, [ref] $null)
    $isFunction = { $args[0] -is [Management.Automation.Language.FunctionDefinitionAst] }
    $functions = @($tree.FindAll($isFunction, $true) | Where-Object { $_.Name -in $Doors })
    if ($functions.Count -ne $Doors.Count) { throw "$Name.ps1 lacks one of the functions $Doors" }
    foreach ($function in $functions | Sort-Object { - $_.Extent.StartOffset }) {
        $start = $function.Extent.StartOffset
        $text = $text.Remove($start, $function.Extent.EndOffset - $start)
    }
    $path = "$Folder/$Name.ps1"
    [IO.File]::WriteAllText($path, $text)
    $path
}

function ConvertFrom-Lines {
    # Lines as tables, by kind. Also proves the rules that all output keeps.
    param([string[]] $Lines)
    $facts = @{}
    $parsed = @(foreach ($line in $Lines) {
            if ($line -cnotmatch '^\{"kind":"[a-z-]+"[\x20-\x7E]*\}$') { throw "not a line of facts: $line" }
            ConvertFrom-Json -InputObject $line -AsHashtable -Depth 20 -DateKind String
        })
    foreach ($fact in $parsed) {
        if (-not $facts.ContainsKey($fact.kind)) { $facts[$fact.kind] = @() }
        $facts[$fact.kind] += $fact
    }
    if ($parsed[0].kind -ne 'header' -or $parsed[-1].kind -ne 'end') { throw 'the header is not first, or the end is not last' }
    foreach ($kind in $facts.Keys) {
        if ($parsed[-1].counts[$kind] -ne $facts[$kind].Count) { throw "the end line counts $kind wrongly" }
    }
    $facts
}

function Get-StableLines {
    # Lines without what differs from run to run and machine to machine.
    param([string[]] $Lines)
    foreach ($line in $Lines) {
        $line = $line -creplace '"time":"[^"]*","offset-minutes":-?\d+,"powershell":"[^"]*","culture":"[^"]*","ui-culture":"[^"]*"',
        '"time":"2026-11-30T10:00:30.000Z","offset-minutes":60,"powershell":"5.1.17763.1","culture":"en-US","ui-culture":"en-US"'
        $line = $line -creplace '"machine":"[^"]*"', '"machine":"SP1"'
        $line -creplace '^\{"kind":"end","seconds":\d+', '{"kind":"end","seconds":1'
    }
}

function Assert-Recorded {
    # Compares lines with the recorded ones. SPINMAIL_UPDATE=1 records them again.
    param([string] $Name, [string[]] $Lines)
    $path = "$script:root/tests/facts/gathered/$Name.jsonl"
    $text = (Get-StableLines -Lines $Lines) -join "`n"
    $text += "`n"
    if ($env:SPINMAIL_UPDATE) {
        [void] [IO.Directory]::CreateDirectory([IO.Path]::GetDirectoryName($path))
        [IO.File]::WriteAllText($path, $text)
        return
    }
    $recorded = [IO.File]::ReadAllText($path).Replace("`r`n", "`n")
    if ($recorded -cne $text) {
        $difference = Compare-Object -ReferenceObject $recorded.Split("`n") -DifferenceObject $text.Split("`n") -CaseSensitive
        $shown = @($difference | Select-Object -First 6 | ForEach-Object { "$($_.SideIndicator) $($_.InputObject)" }) -join "`n"
        throw "tests/facts/gathered/$Name.jsonl is not what the script writes now (=>). SPINMAIL_UPDATE=1 records it again.`n$shown"
    }
}

function Get-Values {
    # Every answer of lines as a text: where it stands and what it says. Failures and counts are left out.
    param([string[]] $Lines)
    foreach ($line in $Lines) {
        $fact = ConvertFrom-Json -InputObject $line -AsHashtable -Depth 20 -DateKind String
        if ($fact.kind -in 'unread', 'read', 'contents', 'end', 'header') { continue }
        foreach ($name in $fact.Keys) {
            $value = $fact[$name]
            if ($value -is [Collections.IDictionary] -and $value.ContainsKey('failed')) { continue }
            "$($fact.kind) ${name}: $(ConvertTo-Json -InputObject $value -Depth 20 -Compress)"
        }
    }
}

function Use-Culture {
    # Runs a block in a culture.
    param([string] $Name, [scriptblock] $Block)
    $thread = [Threading.Thread]::CurrentThread
    $before = $thread.CurrentCulture, $thread.CurrentUICulture
    try {
        $thread.CurrentCulture = $Name
        $thread.CurrentUICulture = $Name
        & $Block
    } finally { $thread.CurrentCulture, $thread.CurrentUICulture = $before }
}

Export-ModuleMember -Function *-*
