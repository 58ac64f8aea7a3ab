# Proves that a script only reads: every command, method, type and assignment is on the list in read-only.psd1.
Set-StrictMode -Version 3

$script:allowed = Import-PowerShellDataFile -LiteralPath "$PSScriptRoot/read-only.psd1"

function Get-Root {
    # The variable at the beginning of an expression, or nothing.
    param($Node)
    while ($Node -is [Management.Automation.Language.MemberExpressionAst] -or $Node -is [Management.Automation.Language.IndexExpressionAst]) {
        if ($Node -is [Management.Automation.Language.InvokeMemberExpressionAst]) { return }
        $Node = if ($Node -is [Management.Automation.Language.IndexExpressionAst]) { $Node.Target } else { $Node.Expression }
    }
    if ($Node -is [Management.Automation.Language.VariableExpressionAst]) { $Node.VariablePath }
}

function Test-Command {
    param($Node, [string[]] $Functions)
    if ("$($Node.InvocationOperator)" -ne 'Unknown') { return "calls by $($Node.InvocationOperator)" }
    $name = $Node.GetCommandName()
    if ($null -eq $name -or $Node.CommandElements[0] -isnot [Management.Automation.Language.StringConstantExpressionAst]) { return 'calls what a variable names' }
    if (@($Node.Redirections).Count) { return 'redirects' }
    if ($name -cin $Functions) { return }
    if ($name -cnotin $script:allowed.Commands) { return "command $name" }
    $argument = if ($Node.CommandElements.Count -gt 2) { $Node.CommandElements[2] }
    $text = if ($argument -is [Management.Automation.Language.StringConstantExpressionAst]) { $argument.Value }
    $parameter = if ($Node.CommandElements.Count -gt 1) { "$($Node.CommandElements[1])" }
    if ($name -eq 'New-Object' -and ($parameter -cne '-TypeName' -or $text -cnotin $script:allowed.NewObjects)) { return "New-Object $parameter $argument" }
    if ($name -eq 'Import-Module' -and ($parameter -cne '-Name' -or $text -cnotin $script:allowed.Modules)) { return "Import-Module $argument" }
}

function Test-Method {
    param($Node)
    $arguments = @($Node.Arguments | Where-Object { $null -ne $_ })
    if ($Node.Static) {
        $called = "$($Node.Expression.TypeName)::$($Node.Member)"
        if ($Node.Expression -isnot [Management.Automation.Language.TypeExpressionAst] -or $called -cnotin $script:allowed.Statics) { return "method $called" }
        return
    }
    $member = $Node.Member
    if ($member -is [Management.Automation.Language.ExpandableStringExpressionAst]) {
        if (-not $member.Value.StartsWith('get_') -or $arguments.Count) { return "method $member" }
        return
    }
    if ($member -isnot [Management.Automation.Language.StringConstantExpressionAst]) { return "method $member" }
    $name = $member.Value
    if ($script:allowed.Reading.ContainsKey($name)) {
        if (@($arguments | Where-Object { "$_" -ceq $script:allowed.Reading[$name] }).Count -ne 1) { return "method $name without $($script:allowed.Reading[$name])" }
        # Which way of use decides is its second argument.
        if ($name -eq 'InvokeMember' -and "$($arguments[1])" -cne $script:allowed.Reading[$name]) { return "method $name" }
        return
    }
    if ($script:allowed.Changing.ContainsKey($name)) {
        if ("$($Node.Expression)" -notin $script:allowed.Changing[$name]) { return "method $name of $($Node.Expression)" }
        return
    }
    if ($name -cnotlike 'get_*' -and $name -cnotin $script:allowed.Methods) { return "method $name" }
}

function Test-Target {
    # Something that is assigned to, or counted up.
    param($Target, $Value, [string[]] $Shared)
    if ($Target -is [Management.Automation.Language.ConvertExpressionAst] -or $Target -is [Management.Automation.Language.ArrayLiteralAst]) { return "assigns to $Target" }
    $root = Get-Root -Node $Target
    if ($null -eq $root) { return "assigns to $Target" }
    if (-not $root.IsUnqualified) { return "assigns to `$$($root.UserPath)" }
    $isTable = $root.UserPath -in $script:allowed.Tables
    if ($Target -isnot [Management.Automation.Language.VariableExpressionAst]) {
        if (-not $isTable) { return "assigns to a member of `$$($root.UserPath)" }
        return
    }
    $within = $Target.Parent
    while ($null -ne $within -and $within -isnot [Management.Automation.Language.FunctionDefinitionAst]) { $within = $within.Parent }
    if ($null -ne $within -and $root.UserPath -in $Shared) { return "hides `$$($root.UserPath) of the script in $($within.Name)" }
    if (-not $isTable -or $null -eq $Value) { return }
    $made = $Value
    if ($made -is [Management.Automation.Language.CommandExpressionAst]) { $made = $made.Expression }
    if ($made -is [Management.Automation.Language.ConvertExpressionAst] -and "$($made.Type.TypeName)" -eq 'ordered') { $made = $made.Child }
    if ($made -is [Management.Automation.Language.HashtableAst]) { return }
    if ($made -is [Management.Automation.Language.PipelineAst] -and $made.PipelineElements.Count -eq 1) { $made = $made.PipelineElements[0] }
    if ($made -is [Management.Automation.Language.CommandAst] -and $made.GetCommandName() -in $script:allowed.TableMakers) { return }
    # Names of properties, not a table.
    if ("$Value" -cmatch "^'[^']*'(,\s+'[^']*')+$") { return }
    "gives `$$($root.UserPath) something that is not a new table"
}

function Test-Node {
    param($Node, [string[]] $Functions, [string[]] $Shared)
    switch ($Node.GetType().Name) {
        'CommandAst' { Test-Command -Node $Node -Functions $Functions }
        'InvokeMemberExpressionAst' { Test-Method -Node $Node }
        'BaseCtorInvokeMemberExpressionAst' { 'calls a constructor' }
        'MemberExpressionAst' { if ($Node.Member -isnot [Management.Automation.Language.StringConstantExpressionAst]) { "member $($Node.Member)" } }
        'TypeExpressionAst' { if ("$($Node.TypeName)" -notin $script:allowed.Types) { "type $($Node.TypeName)" } }
        'TypeConstraintAst' { if ("$($Node.TypeName)" -notin $script:allowed.Types) { "type $($Node.TypeName)" } }
        'AssignmentStatementAst' { Test-Target -Target $Node.Left -Value $Node.Right -Shared $Shared }
        'UnaryExpressionAst' { if ("$($Node.TokenKind)" -match 'PlusPlus|MinusMinus') { Test-Target -Target $Node.Child -Shared $Shared } }
        'ForEachStatementAst' {
            Test-Target -Target $Node.Variable -Shared $Shared
            if ($Node.Variable.VariablePath.UserPath -in $script:allowed.Tables) { "takes `$$($Node.Variable.VariablePath.UserPath) for an item" }
        }
        'ScriptBlockExpressionAst' {
            $call = $Node.Parent
            if ($call -isnot [Management.Automation.Language.CommandAst] -or $call.GetCommandName() -notin 'Where-Object', 'Sort-Object') { 'a script block' }
        }
        'FileRedirectionAst' { 'redirects' }
        'ExitStatementAst' { 'ends the process' }
        'TrapStatementAst' { 'traps' }
        'TypeDefinitionAst' { 'defines a type' }
        'UsingStatementAst' { 'uses' }
        'ConfigurationDefinitionAst' { 'a configuration' }
        'DynamicKeywordStatementAst' { 'a keyword' }
    }
}

function Get-WriteFinding {
    <#
    .SYNOPSIS
        Returns what in a script is not known to read only. Nothing means that it only reads.
    #>
    param([string] $Text)
    $errors = $null
    $tree = [Management.Automation.Language.Parser]::ParseInput($Text, [ref] $null, [ref] $errors)
    foreach ($one in $errors) { "does not parse: $($one.Message)" }
    $nodes = $tree.FindAll({ $true }, $true)
    $functions = @($nodes | Where-Object { $_ -is [Management.Automation.Language.FunctionDefinitionAst] } | ForEach-Object { $_.Name })
    foreach ($name in $functions) { if ($name -in $script:allowed.Commands -or $name -match '[:\\]') { "defines $name" } }
    $shared = @('shared', 'scriptName', 'languageMode')
    if ($tree.ParamBlock) { $shared += @($tree.ParamBlock.Parameters | ForEach-Object { $_.Name.VariablePath.UserPath }) }
    foreach ($node in $nodes) {
        foreach ($finding in @(Test-Node -Node $node -Functions $functions -Shared $shared)) {
            if ($finding) { "line $($node.Extent.StartLineNumber): $finding" }
        }
    }
}

Export-ModuleMember -Function Get-WriteFinding
