Register-ArgumentCompleter -Native -CommandName spinmail -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    # The words as they are written: nothing of the line is run.
    $words = @()
    foreach ($element in @($commandAst.CommandElements | Select-Object -Skip 1)) {
        $end = $element.Extent.EndOffset
        if ($end -gt $cursorPosition -or ($end -eq $cursorPosition -and $wordToComplete -ne '')) {
            break
        }
        if ($element -is [System.Management.Automation.Language.StringConstantExpressionAst]) {
            $words += $element.Value
        } else {
            $words += $element.Extent.Text
        }
    }
    $index = $words.Count + 1
    # An empty word would be lost on its way to the program, which adds it.
    $current = $wordToComplete.Trim("'", '"')
    if ($current -ne '') {
        $words += $current
    }

    $complete = $env:COMPLETE
    $place = $env:_CLAP_COMPLETE_INDEX
    $separator = $env:_CLAP_IFS
    try {
        $env:COMPLETE = 'powershell'
        $env:_CLAP_COMPLETE_INDEX = "$index"
        $env:_CLAP_IFS = $null
        $results = @(& spinmail -- spinmail @words)
    } finally {
        $env:COMPLETE = $complete
        $env:_CLAP_COMPLETE_INDEX = $place
        $env:_CLAP_IFS = $separator
    }

    # Five characters end a text in single quotes.
    $quotes = "['" + [char]0x2018 + [char]0x2019 + [char]0x201A + [char]0x201B + ']'
    foreach ($result in $results) {
        $value, $help = $result -split "`t", 2
        if ([string]::IsNullOrEmpty($value)) {
            continue
        }
        if ([string]::IsNullOrEmpty($help)) {
            $help = $value
        }
        $text = $value
        if ($value -notmatch '^[\w./\\:+=-]+$') {
            $text = "'" + ($value -replace $quotes, '$0$0') + "'"
        }
        [System.Management.Automation.CompletionResult]::new($text, $value, 'ParameterValue', $help)
    }
}
