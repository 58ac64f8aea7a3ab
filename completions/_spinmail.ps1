
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'spinmail' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'spinmail'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'spinmail' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output: auto (the default), always or never')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show the page Configure Incoming E-Mail Settings as the farm file has it')
            [CompletionResult]::new('enable', 'enable', [CompletionResultType]::ParameterValue, 'Enable sites on this server to receive e-mail')
            [CompletionResult]::new('disable', 'disable', [CompletionResultType]::ParameterValue, 'Stop receiving e-mail; everything else stays as it is')
            [CompletionResult]::new('mode', 'mode', [CompletionResultType]::ParameterValue, 'Choose the settings mode')
            [CompletionResult]::new('display-address', 'display-address', [CompletionResultType]::ParameterValue, 'Set the domain of the addresses that lists show')
            [CompletionResult]::new('drop-folder', 'drop-folder', [CompletionResultType]::ParameterValue, 'Set the folder that mail is taken from')
            [CompletionResult]::new('safe-servers', 'safe-servers', [CompletionResultType]::ParameterValue, 'Choose the servers that mail is accepted from (automatic mode)')
            [CompletionResult]::new('dms', 'dms', [CompletionResultType]::ParameterValue, 'Set up the Directory Management Service')
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Write a new, commented farm file')
            [CompletionResult]::new('wizard', 'wizard', [CompletionResultType]::ParameterValue, 'Walk through the page, section by section')
            [CompletionResult]::new('get', 'get', [CompletionResultType]::ParameterValue, 'Print a setting''s bare value, a list''s entries line by line; fail (1) where it is not set')
            [CompletionResult]::new('set', 'set', [CompletionResultType]::ParameterValue, 'Give a setting a value')
            [CompletionResult]::new('unset', 'unset', [CompletionResultType]::ParameterValue, 'Take a setting out of the farm file, which means: leave it as it is')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List every setting with its value and its line in the farm file, or "not set"')
            [CompletionResult]::new('server', 'server', [CompletionResultType]::ParameterValue, 'The servers of the farm')
            [CompletionResult]::new('web-application', 'web-application', [CompletionResultType]::ParameterValue, 'The web applications of the farm')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'Compare with another farm file, setting by setting; fail (1) where they differ')
            [CompletionResult]::new('path', 'path', [CompletionResultType]::ParameterValue, 'Print which farm file is meant')
            [CompletionResult]::new('validate', 'validate', [CompletionResultType]::ParameterValue, 'Check farm files alone, without looking at anything outside')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Check the farm file against the real world, or against recorded facts')
            [CompletionResult]::new('trace', 'trace', [CompletionResultType]::ParameterValue, 'Follow a message to a list hop by hop, and say where it would stop and why')
            [CompletionResult]::new('gather', 'gather', [CompletionResultType]::ParameterValue, 'Look at the real world and record what is seen, to be judged here or elsewhere')
            [CompletionResult]::new('explain', 'explain', [CompletionResultType]::ParameterValue, 'Explain a rule or a setting; without a name, list the rules')
            [CompletionResult]::new('inspect', 'inspect', [CompletionResultType]::ParameterValue, 'Read one foreign thing and say what it means')
            [CompletionResult]::new('schema', 'schema', [CompletionResultType]::ParameterValue, 'Print the JSON Schema (draft 2020-12) of a file: facts, farm or report')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print the script that lets a shell complete commands, settings, values, rules and names')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Print the manual page, or write all pages into a folder')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print the help of the program, or of a command')
            break
        }
        'spinmail;show' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print it')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output: auto (the default), always or never')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'spinmail;enable' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output: auto (the default), always or never')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Show what would change, and write nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show what would change, and write nothing')
            [CompletionResult]::new('--check', '--check', [CompletionResultType]::ParameterName, 'Write nothing, and fail (1) if anything would change')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'spinmail;disable' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output: auto (the default), always or never')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Show what would change, and write nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show what would change, and write nothing')
            [CompletionResult]::new('--check', '--check', [CompletionResultType]::ParameterName, 'Write nothing, and fail (1) if anything would change')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'spinmail;mode' {
            [CompletionResult]::new('--drop-folder', '--drop-folder', [CompletionResultType]::ParameterName, 'E-mail drop folder. The folder that the Timer service takes mail from; the same on every server. Its account needs Modify there.')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output: auto (the default), always or never')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Show what would change, and write nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show what would change, and write nothing')
            [CompletionResult]::new('--check', '--check', [CompletionResultType]::ParameterName, 'Write nothing, and fail (1) if anything would change')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'spinmail;display-address' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output: auto (the default), always or never')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Show what would change, and write nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show what would change, and write nothing')
            [CompletionResult]::new('--check', '--check', [CompletionResultType]::ParameterName, 'Write nothing, and fail (1) if anything would change')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'spinmail;drop-folder' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output: auto (the default), always or never')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Show what would change, and write nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show what would change, and write nothing')
            [CompletionResult]::new('--check', '--check', [CompletionResultType]::ParameterName, 'Write nothing, and fail (1) if anything would change')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'spinmail;safe-servers' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output: auto (the default), always or never')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('all', 'all', [CompletionResultType]::ParameterValue, 'Accept mail from all e-mail servers')
            [CompletionResult]::new('only', 'only', [CompletionResultType]::ParameterValue, 'Accept mail from these servers only')
            [CompletionResult]::new('add', 'add', [CompletionResultType]::ParameterValue, 'Add servers to the list')
            [CompletionResult]::new('remove', 'remove', [CompletionResultType]::ParameterValue, 'Take servers off the list')
            break
        }
        'spinmail;safe-servers;all' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output: auto (the default), always or never')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Show what would change, and write nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show what would change, and write nothing')
            [CompletionResult]::new('--check', '--check', [CompletionResultType]::ParameterName, 'Write nothing, and fail (1) if anything would change')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'spinmail;safe-servers;only' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output: auto (the default), always or never')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Show what would change, and write nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show what would change, and write nothing')
            [CompletionResult]::new('--check', '--check', [CompletionResultType]::ParameterName, 'Write nothing, and fail (1) if anything would change')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'spinmail;safe-servers;add' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output: auto (the default), always or never')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Show what would change, and write nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show what would change, and write nothing')
            [CompletionResult]::new('--check', '--check', [CompletionResultType]::ParameterName, 'Write nothing, and fail (1) if anything would change')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'spinmail;safe-servers;remove' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output: auto (the default), always or never')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Show what would change, and write nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show what would change, and write nothing')
            [CompletionResult]::new('--check', '--check', [CompletionResultType]::ParameterName, 'Write nothing, and fail (1) if anything would change')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'spinmail;dms' {
            [CompletionResult]::new('--container', '--container', [CompletionResultType]::ParameterName, 'Active Directory container where new distribution groups and contacts will be created. An organizational unit of its own. Central Administration''s account must be allowed to create and delete in it.')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'Directory Management Service URL. The other farm''s service, under its Central Administration.')
            [CompletionResult]::new('--smtp-server', '--smtp-server', [CompletionResultType]::ParameterName, 'SMTP mail server for incoming mail. The fully qualified name of the server that receives the mail, as its A record has it.')
            [CompletionResult]::new('--authenticated-users-only', '--authenticated-users-only', [CompletionResultType]::ParameterName, 'Accept messages from authenticated users only. Exchange then refuses mail to lists and groups from senders that have not logged on.')
            [CompletionResult]::new('--distribution-groups', '--distribution-groups', [CompletionResultType]::ParameterName, 'Allow creation of distribution groups from SharePoint sites. Whether a site may ask for a distribution group for its members.')
            [CompletionResult]::new('--approve', '--approve', [CompletionResultType]::ParameterName, 'Distribution group request approval settings. Which requests wait for an administrator''s approval.')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output: auto (the default), always or never')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Show what would change, and write nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show what would change, and write nothing')
            [CompletionResult]::new('--check', '--check', [CompletionResultType]::ParameterName, 'Write nothing, and fail (1) if anything would change')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'spinmail;init' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output: auto (the default), always or never')
            [CompletionResult]::new('--basic', '--basic', [CompletionResultType]::ParameterName, 'Follow Microsoft''s basic scenario: a single server, automatic mode, defaults')
            [CompletionResult]::new('--advanced', '--advanced', [CompletionResultType]::ParameterName, 'Follow Microsoft''s advanced scenario: drop folder and Directory Management Service')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Show what would change, and write nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show what would change, and write nothing')
            [CompletionResult]::new('--check', '--check', [CompletionResultType]::ParameterName, 'Write nothing, and fail (1) if anything would change')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'spinmail;wizard' {
            [CompletionResult]::new('--bind-as', '--bind-as', [CompletionResultType]::ParameterName, 'Ask the directory as this account; else as `probe.bind-as`')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--bind-password-file', '--bind-password-file', [CompletionResultType]::ParameterName, 'Its password''s file; else SPINMAIL_LDAP_PASSWORD, else the directory is asked as nobody')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output: auto (the default), always or never')
            [CompletionResult]::new('--plain', '--plain', [CompletionResultType]::ParameterName, 'One question a line, nothing redrawn, no colour: for screen readers and plain consoles')
            [CompletionResult]::new('--insecure-bind', '--insecure-bind', [CompletionResultType]::ParameterName, 'Send the password unencrypted to controllers that are named with ldap://')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Show what would change, and write nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show what would change, and write nothing')
            [CompletionResult]::new('--check', '--check', [CompletionResultType]::ParameterName, 'Write nothing, and fail (1) if anything would change')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'spinmail;get' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output: auto (the default), always or never')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'spinmail;set' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output: auto (the default), always or never')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Show what would change, and write nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show what would change, and write nothing')
            [CompletionResult]::new('--check', '--check', [CompletionResultType]::ParameterName, 'Write nothing, and fail (1) if anything would change')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'spinmail;unset' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output: auto (the default), always or never')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Show what would change, and write nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show what would change, and write nothing')
            [CompletionResult]::new('--check', '--check', [CompletionResultType]::ParameterName, 'Write nothing, and fail (1) if anything would change')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'spinmail;list' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print it')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output: auto (the default), always or never')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'spinmail;server' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output: auto (the default), always or never')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('add', 'add', [CompletionResultType]::ParameterValue, 'Add a server')
            [CompletionResult]::new('remove', 'remove', [CompletionResultType]::ParameterValue, 'Remove a server and its settings')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the servers')
            break
        }
        'spinmail;server;add' {
            [CompletionResult]::new('--role', '--role', [CompletionResultType]::ParameterName, 'Server role. The role in the farm (MinRole, SharePoint 2016 and later).')
            [CompletionResult]::new('--os', '--os', [CompletionResultType]::ParameterName, 'Windows Server version. Windows Server 2025 has no SMTP service; 2022 installs it with a fault.')
            [CompletionResult]::new('--incoming-email-service', '--incoming-email-service', [CompletionResultType]::ParameterName, 'Microsoft SharePoint Foundation Incoming E-Mail. Whether the incoming e-mail service runs on this server.')
            [CompletionResult]::new('--foundation-web-application', '--foundation-web-application', [CompletionResultType]::ParameterName, 'SharePoint Foundation Web Application service. Whether that service runs on this server; automatic mode needs it. Optional.')
            [CompletionResult]::new('--smtp-service', '--smtp-service', [CompletionResultType]::ParameterName, 'Simple Mail Transfer Protocol (SMTP). Whether Windows'' SMTP service runs on this server.')
            [CompletionResult]::new('--drop-folder', '--drop-folder', [CompletionResultType]::ParameterName, 'Drop folder of this server. Optional: this server takes mail from another folder than the page''s.')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output: auto (the default), always or never')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Show what would change, and write nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show what would change, and write nothing')
            [CompletionResult]::new('--check', '--check', [CompletionResultType]::ParameterName, 'Write nothing, and fail (1) if anything would change')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'spinmail;server;remove' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output: auto (the default), always or never')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Show what would change, and write nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show what would change, and write nothing')
            [CompletionResult]::new('--check', '--check', [CompletionResultType]::ParameterName, 'Write nothing, and fail (1) if anything would change')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'spinmail;server;list' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print it')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output: auto (the default), always or never')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'spinmail;web-application' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output: auto (the default), always or never')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('add', 'add', [CompletionResultType]::ParameterValue, 'Add a web application')
            [CompletionResult]::new('remove', 'remove', [CompletionResultType]::ParameterValue, 'Remove a web application and its settings')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the web applications')
            break
        }
        'spinmail;web-application;add' {
            [CompletionResult]::new('--account', '--account', [CompletionResultType]::ParameterName, 'Web application''s account. The identity of its application pool; it must be able to read the mail.')
            [CompletionResult]::new('--incoming-address', '--incoming-address', [CompletionResultType]::ParameterName, 'Mail server address of the web application. Optional: overrides the page''s mail server address for this web application.')
            [CompletionResult]::new('--maximum-message-size', '--maximum-message-size', [CompletionResultType]::ParameterName, 'Maximum upload size. Optional: the largest file that the web application takes.')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output: auto (the default), always or never')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Show what would change, and write nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show what would change, and write nothing')
            [CompletionResult]::new('--check', '--check', [CompletionResultType]::ParameterName, 'Write nothing, and fail (1) if anything would change')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'spinmail;web-application;remove' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output: auto (the default), always or never')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Show what would change, and write nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show what would change, and write nothing')
            [CompletionResult]::new('--check', '--check', [CompletionResultType]::ParameterName, 'Write nothing, and fail (1) if anything would change')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'spinmail;web-application;list' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print it')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output: auto (the default), always or never')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'spinmail;diff' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print it')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output: auto (the default), always or never')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'spinmail;path' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output: auto (the default), always or never')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'spinmail;validate' {
            [CompletionResult]::new('--only', '--only', [CompletionResultType]::ParameterName, 'Judge only these rules: ids, or what ids begin with (dns, dns-mx)')
            [CompletionResult]::new('--skip', '--skip', [CompletionResultType]::ParameterName, 'Leave these rules out: ids, or what ids begin with')
            [CompletionResult]::new('--fail-on', '--fail-on', [CompletionResultType]::ParameterName, 'The least severity that makes the exit status 1; never makes it 0 whatever is found')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'The form of the report')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the report there instead of to standard output, in one step when it is whole')
            [CompletionResult]::new('--out', '--out', [CompletionResultType]::ParameterName, 'Write the report there instead of to standard output, in one step when it is whole')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Compare with an earlier JSON report: only what is new is shown in full and counts for the exit status. New is what was not found then, or less severe, or undecided; the same is what has the same rule and subject')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output: auto (the default), always or never')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'spinmail;verify' {
            [CompletionResult]::new('--facts', '--facts', [CompletionResultType]::ParameterName, 'Judge these facts, which `spinmail gather` recorded, and look at nothing')
            [CompletionResult]::new('--farms', '--farms', [CompletionResultType]::ParameterName, 'Check many farms: their files, and folders, which mean their *.toml; --facts are matched by the farms'' names')
            [CompletionResult]::new('--bind-as', '--bind-as', [CompletionResultType]::ParameterName, 'Ask the directory as this account; else as `probe.bind-as`')
            [CompletionResult]::new('--bind-password-file', '--bind-password-file', [CompletionResultType]::ParameterName, 'Its password''s file; else SPINMAIL_LDAP_PASSWORD, else it is asked for')
            [CompletionResult]::new('--metabase', '--metabase', [CompletionResultType]::ParameterName, 'A copy of a server''s MetaBase.xml; else this machine''s own')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'The recorded server that is looked at; else this machine')
            [CompletionResult]::new('--folder', '--folder', [CompletionResultType]::ParameterName, 'Where the drop folder can be seen from here, such as a mounted share')
            [CompletionResult]::new('--aliases', '--aliases', [CompletionResultType]::ParameterName, 'The aliases of all lists that take mail: an alias or an address in a line')
            [CompletionResult]::new('--sddl', '--sddl', [CompletionResultType]::ParameterName, 'Its security descriptor, as `(Get-Acl -LiteralPath PATH).Sddl` prints it, or a file of that')
            [CompletionResult]::new('--icacls', '--icacls', [CompletionResultType]::ParameterName, 'A file that `icacls PATH /save FILE` wrote, of the folder')
            [CompletionResult]::new('--path', '--path', [CompletionResultType]::ParameterName, 'Which of the farm''s drop folders that is')
            [CompletionResult]::new('--smb-user', '--smb-user', [CompletionResultType]::ParameterName, 'Ask the server of a share as this account; else by Kerberos ticket (on Windows as who runs this)')
            [CompletionResult]::new('--smb-password-file', '--smb-password-file', [CompletionResultType]::ParameterName, 'Its password''s file; else SPINMAIL_SMB_PASSWORD, else it is asked for')
            [CompletionResult]::new('--sid', '--sid', [CompletionResultType]::ParameterName, 'The SID of an account, or of WSS_ADMIN_WPG or WSS_WPG')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'An account''s SID and those of all its groups, as `whoami /user` and `whoami /groups` show them; on a share those of its domain count')
            [CompletionResult]::new('--only', '--only', [CompletionResultType]::ParameterName, 'Judge only these rules: ids, or what ids begin with (dns, dns-mx)')
            [CompletionResult]::new('--skip', '--skip', [CompletionResultType]::ParameterName, 'Leave these rules out: ids, or what ids begin with')
            [CompletionResult]::new('--fail-on', '--fail-on', [CompletionResultType]::ParameterName, 'The least severity that makes the exit status 1; never makes it 0 whatever is found')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'The form of the report')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the report there instead of to standard output, in one step when it is whole')
            [CompletionResult]::new('--out', '--out', [CompletionResultType]::ParameterName, 'Write the report there instead of to standard output, in one step when it is whole')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Compare with an earlier JSON report: only what is new is shown in full and counts for the exit status. New is what was not found then, or less severe, or undecided; the same is what has the same rule and subject')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output: auto (the default), always or never')
            [CompletionResult]::new('--insecure-bind', '--insecure-bind', [CompletionResultType]::ParameterName, 'Send the password unencrypted to controllers that are named with ldap://')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'Name every contact and group with a finding, not only the first 20')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'spinmail;trace' {
            [CompletionResult]::new('--facts', '--facts', [CompletionResultType]::ParameterName, 'Judge these facts, which `spinmail gather` recorded, and look at nothing')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print it')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the report there instead of to standard output, in one step when it is whole')
            [CompletionResult]::new('--out', '--out', [CompletionResultType]::ParameterName, 'Write the report there instead of to standard output, in one step when it is whole')
            [CompletionResult]::new('--metabase', '--metabase', [CompletionResultType]::ParameterName, 'A copy of a server''s MetaBase.xml; else this machine''s own')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'The recorded server that is looked at; else this machine')
            [CompletionResult]::new('--folder', '--folder', [CompletionResultType]::ParameterName, 'Where the drop folder can be seen from here, such as a mounted share')
            [CompletionResult]::new('--aliases', '--aliases', [CompletionResultType]::ParameterName, 'The aliases of all lists that take mail: an alias or an address in a line')
            [CompletionResult]::new('--sddl', '--sddl', [CompletionResultType]::ParameterName, 'Its security descriptor, as `(Get-Acl -LiteralPath PATH).Sddl` prints it, or a file of that')
            [CompletionResult]::new('--icacls', '--icacls', [CompletionResultType]::ParameterName, 'A file that `icacls PATH /save FILE` wrote, of the folder')
            [CompletionResult]::new('--path', '--path', [CompletionResultType]::ParameterName, 'Which of the farm''s drop folders that is')
            [CompletionResult]::new('--smb-user', '--smb-user', [CompletionResultType]::ParameterName, 'Ask the server of a share as this account; else by Kerberos ticket (on Windows as who runs this)')
            [CompletionResult]::new('--smb-password-file', '--smb-password-file', [CompletionResultType]::ParameterName, 'Its password''s file; else SPINMAIL_SMB_PASSWORD, else it is asked for')
            [CompletionResult]::new('--sid', '--sid', [CompletionResultType]::ParameterName, 'The SID of an account, or of WSS_ADMIN_WPG or WSS_WPG')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'An account''s SID and those of all its groups, as `whoami /user` and `whoami /groups` show them; on a share those of its domain count')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output: auto (the default), always or never')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'spinmail;gather' {
            [CompletionResult]::new('--facts', '--facts', [CompletionResultType]::ParameterName, 'Look at nothing, and make one file of these facts')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the facts there instead of to standard output')
            [CompletionResult]::new('--out', '--out', [CompletionResultType]::ParameterName, 'Write the facts there instead of to standard output')
            [CompletionResult]::new('--bind-as', '--bind-as', [CompletionResultType]::ParameterName, 'Ask the directory as this account; else as `probe.bind-as`')
            [CompletionResult]::new('--bind-password-file', '--bind-password-file', [CompletionResultType]::ParameterName, 'Its password''s file; else SPINMAIL_LDAP_PASSWORD, else it is asked for')
            [CompletionResult]::new('--metabase', '--metabase', [CompletionResultType]::ParameterName, 'A copy of a server''s MetaBase.xml; else this machine''s own')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'The recorded server that is looked at; else this machine')
            [CompletionResult]::new('--folder', '--folder', [CompletionResultType]::ParameterName, 'Where the drop folder can be seen from here, such as a mounted share')
            [CompletionResult]::new('--aliases', '--aliases', [CompletionResultType]::ParameterName, 'The aliases of all lists that take mail: an alias or an address in a line')
            [CompletionResult]::new('--sddl', '--sddl', [CompletionResultType]::ParameterName, 'Its security descriptor, as `(Get-Acl -LiteralPath PATH).Sddl` prints it, or a file of that')
            [CompletionResult]::new('--icacls', '--icacls', [CompletionResultType]::ParameterName, 'A file that `icacls PATH /save FILE` wrote, of the folder')
            [CompletionResult]::new('--path', '--path', [CompletionResultType]::ParameterName, 'Which of the farm''s drop folders that is')
            [CompletionResult]::new('--smb-user', '--smb-user', [CompletionResultType]::ParameterName, 'Ask the server of a share as this account; else by Kerberos ticket (on Windows as who runs this)')
            [CompletionResult]::new('--smb-password-file', '--smb-password-file', [CompletionResultType]::ParameterName, 'Its password''s file; else SPINMAIL_SMB_PASSWORD, else it is asked for')
            [CompletionResult]::new('--sid', '--sid', [CompletionResultType]::ParameterName, 'The SID of an account, or of WSS_ADMIN_WPG or WSS_WPG')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'An account''s SID and those of all its groups, as `whoami /user` and `whoami /groups` show them; on a share those of its domain count')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output: auto (the default), always or never')
            [CompletionResult]::new('--redact', '--redact', [CompletionResultType]::ParameterName, 'Replace every name and address, so that the facts can be posted and still judged')
            [CompletionResult]::new('--insecure-bind', '--insecure-bind', [CompletionResultType]::ParameterName, 'Send the password unencrypted to controllers that are named with ldap://')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'Name every contact and group with a finding, not only the first 20')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'spinmail;explain' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output: auto (the default), always or never')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'spinmail;inspect' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output: auto (the default), always or never')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('metabase', 'metabase', [CompletionResultType]::ParameterValue, 'Read the SMTP part of an IIS 6 metabase (MetaBase.xml): virtual servers, domains, folders, lists')
            [CompletionResult]::new('relay-list', 'relay-list', [CompletionResultType]::ParameterValue, 'Read a relay list as the metabase holds it (RelayIpList)')
            [CompletionResult]::new('descriptor', 'descriptor', [CompletionResultType]::ParameterValue, 'Read a Windows security descriptor: owner, entries, and what an account may do by it')
            [CompletionResult]::new('mail', 'mail', [CompletionResultType]::ParameterValue, 'Explain messages of a drop folder: who each is for, whether SharePoint can route it, and why not')
            [CompletionResult]::new('container', 'container', [CompletionResultType]::ParameterValue, 'Read the name of an Active Directory container, and say what it comes to and what is odd about it')
            break
        }
        'spinmail;inspect;metabase' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print it')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output: auto (the default), always or never')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'spinmail;inspect;relay-list' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print it')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output: auto (the default), always or never')
            [CompletionResult]::new('--absent', '--absent', [CompletionResultType]::ParameterName, 'The metabase holds no such value')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'spinmail;inspect;descriptor' {
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'The account: a SID, or a name that means the same everywhere, such as `NETWORK SERVICE`')
            [CompletionResult]::new('--with', '--with', [CompletionResultType]::ParameterName, 'The groups that the account is in')
            [CompletionResult]::new('--class', '--class', [CompletionResultType]::ParameterName, 'The class of the objects in the container that are asked about')
            [CompletionResult]::new('--domain', '--domain', [CompletionResultType]::ParameterName, 'The domain that letters such as DA (Domain Admins) speak of, a SID')
            [CompletionResult]::new('--forest-root', '--forest-root', [CompletionResultType]::ParameterName, 'The root domain of its forest, of which EA, SA and RO speak; else the domain itself')
            [CompletionResult]::new('--entry', '--entry', [CompletionResultType]::ParameterName, 'Which descriptor of a file of `icacls /save`; else that of the folder which has all others in it')
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'Only rewrite it: as SDDL with hexadecimal masks, or as the digits of a self-relative descriptor')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print it')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output: auto (the default), always or never')
            [CompletionResult]::new('--machine', '--machine', [CompletionResultType]::ParameterName, 'The account logs on at the machine that has the folder: LOCAL and BUILTIN\Users are among its groups')
            [CompletionResult]::new('--directory', '--directory', [CompletionResultType]::ParameterName, 'It is of a container of Active Directory, not of a folder')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'spinmail;inspect;mail' {
            [CompletionResult]::new('--display-address', '--display-address', [CompletionResultType]::ParameterName, 'The farm''s display address; else the farm file''s')
            [CompletionResult]::new('--aliases', '--aliases', [CompletionResultType]::ParameterName, 'The aliases of all lists that take mail: an alias or an address in a line')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print it')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output: auto (the default), always or never')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'spinmail;inspect;container' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print it')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output: auto (the default), always or never')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'spinmail;schema' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output: auto (the default), always or never')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'spinmail;completions' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output: auto (the default), always or never')
            [CompletionResult]::new('--static', '--static', [CompletionResultType]::ParameterName, 'A script that knows commands and options alone, and never runs spinmail')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'spinmail;man' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output: auto (the default), always or never')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'spinmail;help' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour the output: auto (the default), always or never')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print only data and errors, no hints and other talk')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more: what passed, what did not apply, what was accepted')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
