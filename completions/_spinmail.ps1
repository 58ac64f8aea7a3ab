Register-ArgumentCompleter -Native -CommandName spinmail -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    # The words as they are written: nothing of the line is run.
    $words = @()
    $current = $null
    foreach ($element in @($commandAst.CommandElements | Select-Object -Skip 1)) {
        $text = $element.Extent.Text
        if ($element -is [System.Management.Automation.Language.StringConstantExpressionAst]) {
            $text = $element.Value
        }
        $end = $element.Extent.EndOffset
        if ($element.Extent.StartOffset -lt $cursorPosition -and $end -ge $cursorPosition) {
            if ($end -eq $cursorPosition) {
                $current = $text
            }
            break
        }
        if ($end -gt $cursorPosition) {
            break
        }
        $words += $text
    }
    if ($null -eq $current) {
        # A quote may still be open.
        $current = $wordToComplete.TrimStart('"')
        if ($current.StartsWith("'")) {
            $current = $current.Substring(1).Replace("''", "'")
        }
    }
    $words += $current

    # Windows PowerShell loses empty arguments and quotes on their way to a program, so the words go in a variable.
    $names = 'COMPLETE', '_SPINMAIL_WORDS', '_CLAP_COMPLETE_INDEX', '_CLAP_IFS'
    $before = @{}
    foreach ($name in $names) {
        $before[$name] = [Environment]::GetEnvironmentVariable($name)
    }
    $encoding = $null
    try {
        # Windows PowerShell reads what programs write in the code page of the console.
        $encoding = [Console]::OutputEncoding
        [Console]::OutputEncoding = New-Object -TypeName System.Text.UTF8Encoding -ArgumentList $false
    } catch {
        # Without a console, names beyond ASCII may be spoiled.
        $encoding = $null
    }
    try {
        $env:COMPLETE = 'powershell'
        $env:_SPINMAIL_WORDS = -join ($words | ForEach-Object { $_ + [char] 0x1F })
        $env:_CLAP_COMPLETE_INDEX = "$($words.Count)"
        $env:_CLAP_IFS = $null
        $results = @(& spinmail --)
    } finally {
        foreach ($name in $names) {
            # Null takes the variable away.
            Set-Item -LiteralPath "Env:$name" -Value $before[$name]
        }
        if ($null -ne $encoding) {
            [Console]::OutputEncoding = $encoding
        }
    }

    # Five characters end a text in single quotes.
    $quotes = "['" + [char] 0x2018 + [char] 0x2019 + [char] 0x201A + [char] 0x201B + ']'
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
