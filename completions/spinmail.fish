# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_spinmail_global_optspecs
    string join \n f/file= q/quiet v/verbose color= h/help V/version
end

function __fish_spinmail_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_spinmail_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_spinmail_using_subcommand
    set -l cmd (__fish_spinmail_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c spinmail -n "__fish_spinmail_needs_command" -s f -l file -d 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml' -r -F
complete -c spinmail -n "__fish_spinmail_needs_command" -l color -d 'Colour the output: auto (the default), always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c spinmail -n "__fish_spinmail_needs_command" -s q -l quiet -d 'Print only data and errors, no hints and other talk'
complete -c spinmail -n "__fish_spinmail_needs_command" -s v -l verbose -d 'Say more: what passed, what did not apply, what was accepted'
complete -c spinmail -n "__fish_spinmail_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spinmail -n "__fish_spinmail_needs_command" -s V -l version -d 'Print version'
complete -c spinmail -n "__fish_spinmail_needs_command" -f -a "show" -d 'Show the page Configure Incoming E-Mail Settings as the farm file has it'
complete -c spinmail -n "__fish_spinmail_needs_command" -f -a "enable" -d 'Enable sites on this server to receive e-mail'
complete -c spinmail -n "__fish_spinmail_needs_command" -f -a "disable" -d 'Stop receiving e-mail; everything else stays as it is'
complete -c spinmail -n "__fish_spinmail_needs_command" -f -a "mode" -d 'Choose the settings mode'
complete -c spinmail -n "__fish_spinmail_needs_command" -f -a "display-address" -d 'Set the domain of the addresses that lists show'
complete -c spinmail -n "__fish_spinmail_needs_command" -f -a "drop-folder" -d 'Set the folder that mail is taken from'
complete -c spinmail -n "__fish_spinmail_needs_command" -f -a "safe-servers" -d 'Choose the servers that mail is accepted from (automatic mode)'
complete -c spinmail -n "__fish_spinmail_needs_command" -f -a "dms" -d 'Set up the Directory Management Service'
complete -c spinmail -n "__fish_spinmail_needs_command" -f -a "init" -d 'Write a new, commented farm file'
complete -c spinmail -n "__fish_spinmail_needs_command" -f -a "wizard" -d 'Walk through the page, section by section'
complete -c spinmail -n "__fish_spinmail_needs_command" -f -a "get" -d 'Print a setting\'s bare value, a list\'s entries line by line; fail (1) where it is not set'
complete -c spinmail -n "__fish_spinmail_needs_command" -f -a "set" -d 'Give a setting a value'
complete -c spinmail -n "__fish_spinmail_needs_command" -f -a "unset" -d 'Take a setting out of the farm file, which means: leave it as it is'
complete -c spinmail -n "__fish_spinmail_needs_command" -f -a "list" -d 'List every setting with its value and its line in the farm file, or "not set"'
complete -c spinmail -n "__fish_spinmail_needs_command" -f -a "server" -d 'The servers of the farm'
complete -c spinmail -n "__fish_spinmail_needs_command" -f -a "web-application" -d 'The web applications of the farm'
complete -c spinmail -n "__fish_spinmail_needs_command" -f -a "diff" -d 'Compare with another farm file, setting by setting; fail (1) where they differ'
complete -c spinmail -n "__fish_spinmail_needs_command" -f -a "path" -d 'Print which farm file is meant'
complete -c spinmail -n "__fish_spinmail_needs_command" -f -a "validate" -d 'Check farm files alone, without looking at anything outside'
complete -c spinmail -n "__fish_spinmail_needs_command" -f -a "verify" -d 'Check the farm file against the real world, or against recorded facts'
complete -c spinmail -n "__fish_spinmail_needs_command" -f -a "trace" -d 'Follow a message to a list hop by hop, and say where it would stop and why'
complete -c spinmail -n "__fish_spinmail_needs_command" -f -a "gather" -d 'Look at the real world and record what is seen, to be judged here or elsewhere'
complete -c spinmail -n "__fish_spinmail_needs_command" -f -a "explain" -d 'Explain a rule or a setting; without a name, list the rules'
complete -c spinmail -n "__fish_spinmail_needs_command" -f -a "inspect" -d 'Read one foreign thing and say what it means'
complete -c spinmail -n "__fish_spinmail_needs_command" -f -a "schema" -d 'Print the JSON Schema (draft 2020-12) of a file: facts, farm or report'
complete -c spinmail -n "__fish_spinmail_needs_command" -f -a "completions" -d 'Print the script that lets a shell complete commands, settings, values, rules and names'
complete -c spinmail -n "__fish_spinmail_needs_command" -f -a "man" -d 'Print the manual page, or write all pages into a folder'
complete -c spinmail -n "__fish_spinmail_needs_command" -f -a "help" -d 'Print the help of the program, or of a command'
complete -c spinmail -n "__fish_spinmail_using_subcommand show" -l format -d 'How to print it' -r -f -a "text\t''
json\t''"
complete -c spinmail -n "__fish_spinmail_using_subcommand show" -s f -l file -d 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml' -r -F
complete -c spinmail -n "__fish_spinmail_using_subcommand show" -l color -d 'Colour the output: auto (the default), always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c spinmail -n "__fish_spinmail_using_subcommand show" -s q -l quiet -d 'Print only data and errors, no hints and other talk'
complete -c spinmail -n "__fish_spinmail_using_subcommand show" -s v -l verbose -d 'Say more: what passed, what did not apply, what was accepted'
complete -c spinmail -n "__fish_spinmail_using_subcommand show" -s h -l help -d 'Print help'
complete -c spinmail -n "__fish_spinmail_using_subcommand enable" -s f -l file -d 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml' -r -F
complete -c spinmail -n "__fish_spinmail_using_subcommand enable" -l color -d 'Colour the output: auto (the default), always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c spinmail -n "__fish_spinmail_using_subcommand enable" -s n -l dry-run -d 'Show what would change, and write nothing'
complete -c spinmail -n "__fish_spinmail_using_subcommand enable" -l check -d 'Write nothing, and fail (1) if anything would change'
complete -c spinmail -n "__fish_spinmail_using_subcommand enable" -s q -l quiet -d 'Print only data and errors, no hints and other talk'
complete -c spinmail -n "__fish_spinmail_using_subcommand enable" -s v -l verbose -d 'Say more: what passed, what did not apply, what was accepted'
complete -c spinmail -n "__fish_spinmail_using_subcommand enable" -s h -l help -d 'Print help'
complete -c spinmail -n "__fish_spinmail_using_subcommand disable" -s f -l file -d 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml' -r -F
complete -c spinmail -n "__fish_spinmail_using_subcommand disable" -l color -d 'Colour the output: auto (the default), always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c spinmail -n "__fish_spinmail_using_subcommand disable" -s n -l dry-run -d 'Show what would change, and write nothing'
complete -c spinmail -n "__fish_spinmail_using_subcommand disable" -l check -d 'Write nothing, and fail (1) if anything would change'
complete -c spinmail -n "__fish_spinmail_using_subcommand disable" -s q -l quiet -d 'Print only data and errors, no hints and other talk'
complete -c spinmail -n "__fish_spinmail_using_subcommand disable" -s v -l verbose -d 'Say more: what passed, what did not apply, what was accepted'
complete -c spinmail -n "__fish_spinmail_using_subcommand disable" -s h -l help -d 'Print help'
complete -c spinmail -n "__fish_spinmail_using_subcommand mode" -l drop-folder -d 'E-mail drop folder. The folder that the Timer service takes mail from; the same on every server. Its account needs Modify there.' -r
complete -c spinmail -n "__fish_spinmail_using_subcommand mode" -s f -l file -d 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml' -r -F
complete -c spinmail -n "__fish_spinmail_using_subcommand mode" -l color -d 'Colour the output: auto (the default), always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c spinmail -n "__fish_spinmail_using_subcommand mode" -s n -l dry-run -d 'Show what would change, and write nothing'
complete -c spinmail -n "__fish_spinmail_using_subcommand mode" -l check -d 'Write nothing, and fail (1) if anything would change'
complete -c spinmail -n "__fish_spinmail_using_subcommand mode" -s q -l quiet -d 'Print only data and errors, no hints and other talk'
complete -c spinmail -n "__fish_spinmail_using_subcommand mode" -s v -l verbose -d 'Say more: what passed, what did not apply, what was accepted'
complete -c spinmail -n "__fish_spinmail_using_subcommand mode" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spinmail -n "__fish_spinmail_using_subcommand display-address" -s f -l file -d 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml' -r -F
complete -c spinmail -n "__fish_spinmail_using_subcommand display-address" -l color -d 'Colour the output: auto (the default), always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c spinmail -n "__fish_spinmail_using_subcommand display-address" -s n -l dry-run -d 'Show what would change, and write nothing'
complete -c spinmail -n "__fish_spinmail_using_subcommand display-address" -l check -d 'Write nothing, and fail (1) if anything would change'
complete -c spinmail -n "__fish_spinmail_using_subcommand display-address" -s q -l quiet -d 'Print only data and errors, no hints and other talk'
complete -c spinmail -n "__fish_spinmail_using_subcommand display-address" -s v -l verbose -d 'Say more: what passed, what did not apply, what was accepted'
complete -c spinmail -n "__fish_spinmail_using_subcommand display-address" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spinmail -n "__fish_spinmail_using_subcommand drop-folder" -s f -l file -d 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml' -r -F
complete -c spinmail -n "__fish_spinmail_using_subcommand drop-folder" -l color -d 'Colour the output: auto (the default), always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c spinmail -n "__fish_spinmail_using_subcommand drop-folder" -s n -l dry-run -d 'Show what would change, and write nothing'
complete -c spinmail -n "__fish_spinmail_using_subcommand drop-folder" -l check -d 'Write nothing, and fail (1) if anything would change'
complete -c spinmail -n "__fish_spinmail_using_subcommand drop-folder" -s q -l quiet -d 'Print only data and errors, no hints and other talk'
complete -c spinmail -n "__fish_spinmail_using_subcommand drop-folder" -s v -l verbose -d 'Say more: what passed, what did not apply, what was accepted'
complete -c spinmail -n "__fish_spinmail_using_subcommand drop-folder" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spinmail -n "__fish_spinmail_using_subcommand safe-servers; and not __fish_seen_subcommand_from all only add remove" -s f -l file -d 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml' -r -F
complete -c spinmail -n "__fish_spinmail_using_subcommand safe-servers; and not __fish_seen_subcommand_from all only add remove" -l color -d 'Colour the output: auto (the default), always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c spinmail -n "__fish_spinmail_using_subcommand safe-servers; and not __fish_seen_subcommand_from all only add remove" -s q -l quiet -d 'Print only data and errors, no hints and other talk'
complete -c spinmail -n "__fish_spinmail_using_subcommand safe-servers; and not __fish_seen_subcommand_from all only add remove" -s v -l verbose -d 'Say more: what passed, what did not apply, what was accepted'
complete -c spinmail -n "__fish_spinmail_using_subcommand safe-servers; and not __fish_seen_subcommand_from all only add remove" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spinmail -n "__fish_spinmail_using_subcommand safe-servers; and not __fish_seen_subcommand_from all only add remove" -f -a "all" -d 'Accept mail from all e-mail servers'
complete -c spinmail -n "__fish_spinmail_using_subcommand safe-servers; and not __fish_seen_subcommand_from all only add remove" -f -a "only" -d 'Accept mail from these servers only'
complete -c spinmail -n "__fish_spinmail_using_subcommand safe-servers; and not __fish_seen_subcommand_from all only add remove" -f -a "add" -d 'Add servers to the list'
complete -c spinmail -n "__fish_spinmail_using_subcommand safe-servers; and not __fish_seen_subcommand_from all only add remove" -f -a "remove" -d 'Take servers off the list'
complete -c spinmail -n "__fish_spinmail_using_subcommand safe-servers; and __fish_seen_subcommand_from all" -s f -l file -d 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml' -r -F
complete -c spinmail -n "__fish_spinmail_using_subcommand safe-servers; and __fish_seen_subcommand_from all" -l color -d 'Colour the output: auto (the default), always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c spinmail -n "__fish_spinmail_using_subcommand safe-servers; and __fish_seen_subcommand_from all" -s n -l dry-run -d 'Show what would change, and write nothing'
complete -c spinmail -n "__fish_spinmail_using_subcommand safe-servers; and __fish_seen_subcommand_from all" -l check -d 'Write nothing, and fail (1) if anything would change'
complete -c spinmail -n "__fish_spinmail_using_subcommand safe-servers; and __fish_seen_subcommand_from all" -s q -l quiet -d 'Print only data and errors, no hints and other talk'
complete -c spinmail -n "__fish_spinmail_using_subcommand safe-servers; and __fish_seen_subcommand_from all" -s v -l verbose -d 'Say more: what passed, what did not apply, what was accepted'
complete -c spinmail -n "__fish_spinmail_using_subcommand safe-servers; and __fish_seen_subcommand_from all" -s h -l help -d 'Print help'
complete -c spinmail -n "__fish_spinmail_using_subcommand safe-servers; and __fish_seen_subcommand_from only" -s f -l file -d 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml' -r -F
complete -c spinmail -n "__fish_spinmail_using_subcommand safe-servers; and __fish_seen_subcommand_from only" -l color -d 'Colour the output: auto (the default), always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c spinmail -n "__fish_spinmail_using_subcommand safe-servers; and __fish_seen_subcommand_from only" -s n -l dry-run -d 'Show what would change, and write nothing'
complete -c spinmail -n "__fish_spinmail_using_subcommand safe-servers; and __fish_seen_subcommand_from only" -l check -d 'Write nothing, and fail (1) if anything would change'
complete -c spinmail -n "__fish_spinmail_using_subcommand safe-servers; and __fish_seen_subcommand_from only" -s q -l quiet -d 'Print only data and errors, no hints and other talk'
complete -c spinmail -n "__fish_spinmail_using_subcommand safe-servers; and __fish_seen_subcommand_from only" -s v -l verbose -d 'Say more: what passed, what did not apply, what was accepted'
complete -c spinmail -n "__fish_spinmail_using_subcommand safe-servers; and __fish_seen_subcommand_from only" -s h -l help -d 'Print help'
complete -c spinmail -n "__fish_spinmail_using_subcommand safe-servers; and __fish_seen_subcommand_from add" -s f -l file -d 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml' -r -F
complete -c spinmail -n "__fish_spinmail_using_subcommand safe-servers; and __fish_seen_subcommand_from add" -l color -d 'Colour the output: auto (the default), always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c spinmail -n "__fish_spinmail_using_subcommand safe-servers; and __fish_seen_subcommand_from add" -s n -l dry-run -d 'Show what would change, and write nothing'
complete -c spinmail -n "__fish_spinmail_using_subcommand safe-servers; and __fish_seen_subcommand_from add" -l check -d 'Write nothing, and fail (1) if anything would change'
complete -c spinmail -n "__fish_spinmail_using_subcommand safe-servers; and __fish_seen_subcommand_from add" -s q -l quiet -d 'Print only data and errors, no hints and other talk'
complete -c spinmail -n "__fish_spinmail_using_subcommand safe-servers; and __fish_seen_subcommand_from add" -s v -l verbose -d 'Say more: what passed, what did not apply, what was accepted'
complete -c spinmail -n "__fish_spinmail_using_subcommand safe-servers; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help'
complete -c spinmail -n "__fish_spinmail_using_subcommand safe-servers; and __fish_seen_subcommand_from remove" -s f -l file -d 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml' -r -F
complete -c spinmail -n "__fish_spinmail_using_subcommand safe-servers; and __fish_seen_subcommand_from remove" -l color -d 'Colour the output: auto (the default), always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c spinmail -n "__fish_spinmail_using_subcommand safe-servers; and __fish_seen_subcommand_from remove" -s n -l dry-run -d 'Show what would change, and write nothing'
complete -c spinmail -n "__fish_spinmail_using_subcommand safe-servers; and __fish_seen_subcommand_from remove" -l check -d 'Write nothing, and fail (1) if anything would change'
complete -c spinmail -n "__fish_spinmail_using_subcommand safe-servers; and __fish_seen_subcommand_from remove" -s q -l quiet -d 'Print only data and errors, no hints and other talk'
complete -c spinmail -n "__fish_spinmail_using_subcommand safe-servers; and __fish_seen_subcommand_from remove" -s v -l verbose -d 'Say more: what passed, what did not apply, what was accepted'
complete -c spinmail -n "__fish_spinmail_using_subcommand safe-servers; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help'
complete -c spinmail -n "__fish_spinmail_using_subcommand dms" -l container -d 'Active Directory container where new distribution groups and contacts will be created. An organizational unit of its own. Central Administration\'s account must be allowed to create and delete in it.' -r
complete -c spinmail -n "__fish_spinmail_using_subcommand dms" -l url -d 'Directory Management Service URL. The other farm\'s service, under its Central Administration.' -r
complete -c spinmail -n "__fish_spinmail_using_subcommand dms" -l smtp-server -d 'SMTP mail server for incoming mail. The fully qualified name of the server that receives the mail, as its A record has it.' -r
complete -c spinmail -n "__fish_spinmail_using_subcommand dms" -l authenticated-users-only -d 'Accept messages from authenticated users only. Exchange then refuses mail to lists and groups from senders that have not logged on.' -r -f -a "yes\t''
no\t''"
complete -c spinmail -n "__fish_spinmail_using_subcommand dms" -l distribution-groups -d 'Allow creation of distribution groups from SharePoint sites. Whether a site may ask for a distribution group for its members.' -r -f -a "yes\t''
no\t''"
complete -c spinmail -n "__fish_spinmail_using_subcommand dms" -l approve -d 'Distribution group request approval settings. Which requests wait for an administrator\'s approval.' -r -f -a "create\t'Create new distribution group'
address\t'Change distribution group e-mail address'
title\t'Change distribution group title and description'
delete\t'Delete distribution group'
none\t'nothing needs approval'"
complete -c spinmail -n "__fish_spinmail_using_subcommand dms" -s f -l file -d 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml' -r -F
complete -c spinmail -n "__fish_spinmail_using_subcommand dms" -l color -d 'Colour the output: auto (the default), always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c spinmail -n "__fish_spinmail_using_subcommand dms" -s n -l dry-run -d 'Show what would change, and write nothing'
complete -c spinmail -n "__fish_spinmail_using_subcommand dms" -l check -d 'Write nothing, and fail (1) if anything would change'
complete -c spinmail -n "__fish_spinmail_using_subcommand dms" -s q -l quiet -d 'Print only data and errors, no hints and other talk'
complete -c spinmail -n "__fish_spinmail_using_subcommand dms" -s v -l verbose -d 'Say more: what passed, what did not apply, what was accepted'
complete -c spinmail -n "__fish_spinmail_using_subcommand dms" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spinmail -n "__fish_spinmail_using_subcommand init" -s f -l file -d 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml' -r -F
complete -c spinmail -n "__fish_spinmail_using_subcommand init" -l color -d 'Colour the output: auto (the default), always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c spinmail -n "__fish_spinmail_using_subcommand init" -l basic -d 'Follow Microsoft\'s basic scenario: a single server, automatic mode, defaults'
complete -c spinmail -n "__fish_spinmail_using_subcommand init" -l advanced -d 'Follow Microsoft\'s advanced scenario: drop folder and Directory Management Service'
complete -c spinmail -n "__fish_spinmail_using_subcommand init" -s n -l dry-run -d 'Show what would change, and write nothing'
complete -c spinmail -n "__fish_spinmail_using_subcommand init" -l check -d 'Write nothing, and fail (1) if anything would change'
complete -c spinmail -n "__fish_spinmail_using_subcommand init" -s q -l quiet -d 'Print only data and errors, no hints and other talk'
complete -c spinmail -n "__fish_spinmail_using_subcommand init" -s v -l verbose -d 'Say more: what passed, what did not apply, what was accepted'
complete -c spinmail -n "__fish_spinmail_using_subcommand init" -s h -l help -d 'Print help'
complete -c spinmail -n "__fish_spinmail_using_subcommand wizard" -l bind-as -d 'Ask the directory as this account; else as `probe.bind-as`' -r
complete -c spinmail -n "__fish_spinmail_using_subcommand wizard" -s f -l file -d 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml' -r -F
complete -c spinmail -n "__fish_spinmail_using_subcommand wizard" -l bind-password-file -d 'Its password\'s file; else SPINMAIL_LDAP_PASSWORD, else the directory is asked as nobody' -r -F
complete -c spinmail -n "__fish_spinmail_using_subcommand wizard" -l color -d 'Colour the output: auto (the default), always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c spinmail -n "__fish_spinmail_using_subcommand wizard" -l plain -d 'One question a line, nothing redrawn, no colour: for screen readers and plain consoles'
complete -c spinmail -n "__fish_spinmail_using_subcommand wizard" -l insecure-bind -d 'Send the password unencrypted to controllers that are named with ldap://'
complete -c spinmail -n "__fish_spinmail_using_subcommand wizard" -s n -l dry-run -d 'Show what would change, and write nothing'
complete -c spinmail -n "__fish_spinmail_using_subcommand wizard" -l check -d 'Write nothing, and fail (1) if anything would change'
complete -c spinmail -n "__fish_spinmail_using_subcommand wizard" -s q -l quiet -d 'Print only data and errors, no hints and other talk'
complete -c spinmail -n "__fish_spinmail_using_subcommand wizard" -s v -l verbose -d 'Say more: what passed, what did not apply, what was accepted'
complete -c spinmail -n "__fish_spinmail_using_subcommand wizard" -s h -l help -d 'Print help'
complete -c spinmail -n "__fish_spinmail_using_subcommand get" -s f -l file -d 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml' -r -F
complete -c spinmail -n "__fish_spinmail_using_subcommand get" -l color -d 'Colour the output: auto (the default), always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c spinmail -n "__fish_spinmail_using_subcommand get" -s q -l quiet -d 'Print only data and errors, no hints and other talk'
complete -c spinmail -n "__fish_spinmail_using_subcommand get" -s v -l verbose -d 'Say more: what passed, what did not apply, what was accepted'
complete -c spinmail -n "__fish_spinmail_using_subcommand get" -s h -l help -d 'Print help'
complete -c spinmail -n "__fish_spinmail_using_subcommand set" -s f -l file -d 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml' -r -F
complete -c spinmail -n "__fish_spinmail_using_subcommand set" -l color -d 'Colour the output: auto (the default), always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c spinmail -n "__fish_spinmail_using_subcommand set" -s n -l dry-run -d 'Show what would change, and write nothing'
complete -c spinmail -n "__fish_spinmail_using_subcommand set" -l check -d 'Write nothing, and fail (1) if anything would change'
complete -c spinmail -n "__fish_spinmail_using_subcommand set" -s q -l quiet -d 'Print only data and errors, no hints and other talk'
complete -c spinmail -n "__fish_spinmail_using_subcommand set" -s v -l verbose -d 'Say more: what passed, what did not apply, what was accepted'
complete -c spinmail -n "__fish_spinmail_using_subcommand set" -s h -l help -d 'Print help'
complete -c spinmail -n "__fish_spinmail_using_subcommand unset" -s f -l file -d 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml' -r -F
complete -c spinmail -n "__fish_spinmail_using_subcommand unset" -l color -d 'Colour the output: auto (the default), always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c spinmail -n "__fish_spinmail_using_subcommand unset" -s n -l dry-run -d 'Show what would change, and write nothing'
complete -c spinmail -n "__fish_spinmail_using_subcommand unset" -l check -d 'Write nothing, and fail (1) if anything would change'
complete -c spinmail -n "__fish_spinmail_using_subcommand unset" -s q -l quiet -d 'Print only data and errors, no hints and other talk'
complete -c spinmail -n "__fish_spinmail_using_subcommand unset" -s v -l verbose -d 'Say more: what passed, what did not apply, what was accepted'
complete -c spinmail -n "__fish_spinmail_using_subcommand unset" -s h -l help -d 'Print help'
complete -c spinmail -n "__fish_spinmail_using_subcommand list" -l format -d 'How to print it' -r -f -a "text\t''
json\t''"
complete -c spinmail -n "__fish_spinmail_using_subcommand list" -s f -l file -d 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml' -r -F
complete -c spinmail -n "__fish_spinmail_using_subcommand list" -l color -d 'Colour the output: auto (the default), always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c spinmail -n "__fish_spinmail_using_subcommand list" -s q -l quiet -d 'Print only data and errors, no hints and other talk'
complete -c spinmail -n "__fish_spinmail_using_subcommand list" -s v -l verbose -d 'Say more: what passed, what did not apply, what was accepted'
complete -c spinmail -n "__fish_spinmail_using_subcommand list" -s h -l help -d 'Print help'
complete -c spinmail -n "__fish_spinmail_using_subcommand server; and not __fish_seen_subcommand_from add remove list" -s f -l file -d 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml' -r -F
complete -c spinmail -n "__fish_spinmail_using_subcommand server; and not __fish_seen_subcommand_from add remove list" -l color -d 'Colour the output: auto (the default), always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c spinmail -n "__fish_spinmail_using_subcommand server; and not __fish_seen_subcommand_from add remove list" -s q -l quiet -d 'Print only data and errors, no hints and other talk'
complete -c spinmail -n "__fish_spinmail_using_subcommand server; and not __fish_seen_subcommand_from add remove list" -s v -l verbose -d 'Say more: what passed, what did not apply, what was accepted'
complete -c spinmail -n "__fish_spinmail_using_subcommand server; and not __fish_seen_subcommand_from add remove list" -s h -l help -d 'Print help'
complete -c spinmail -n "__fish_spinmail_using_subcommand server; and not __fish_seen_subcommand_from add remove list" -f -a "add" -d 'Add a server'
complete -c spinmail -n "__fish_spinmail_using_subcommand server; and not __fish_seen_subcommand_from add remove list" -f -a "remove" -d 'Remove a server and its settings'
complete -c spinmail -n "__fish_spinmail_using_subcommand server; and not __fish_seen_subcommand_from add remove list" -f -a "list" -d 'List the servers'
complete -c spinmail -n "__fish_spinmail_using_subcommand server; and __fish_seen_subcommand_from add" -l role -d 'Server role. The role in the farm (MinRole, SharePoint 2016 and later).' -r -f -a "front-end\t'Front-end'
application\t'Application'
application-with-search\t'Application with Search'
distributed-cache\t'Distributed Cache'
front-end-with-distributed-cache\t'Front-end with Distributed Cache'
search\t'Search'
single-server\t'Single-Server Farm'
custom\t'Custom'"
complete -c spinmail -n "__fish_spinmail_using_subcommand server; and __fish_seen_subcommand_from add" -l os -d 'Windows Server version. Windows Server 2025 has no SMTP service; 2022 installs it with a fault.' -r -f -a "2008-r2\t'Windows Server 2008 R2'
2012\t'Windows Server 2012'
2012-r2\t'Windows Server 2012 R2'
2016\t'Windows Server 2016'
2019\t'Windows Server 2019'
2022\t'Windows Server 2022'
2025\t'Windows Server 2025'"
complete -c spinmail -n "__fish_spinmail_using_subcommand server; and __fish_seen_subcommand_from add" -l incoming-email-service -d 'Microsoft SharePoint Foundation Incoming E-Mail. Whether the incoming e-mail service runs on this server.' -r -f -a "yes\t''
no\t''"
complete -c spinmail -n "__fish_spinmail_using_subcommand server; and __fish_seen_subcommand_from add" -l foundation-web-application -d 'SharePoint Foundation Web Application service. Whether that service runs on this server; automatic mode needs it. Optional.' -r -f -a "yes\t''
no\t''"
complete -c spinmail -n "__fish_spinmail_using_subcommand server; and __fish_seen_subcommand_from add" -l smtp-service -d 'Simple Mail Transfer Protocol (SMTP). Whether Windows\' SMTP service runs on this server.' -r -f -a "yes\t''
no\t''"
complete -c spinmail -n "__fish_spinmail_using_subcommand server; and __fish_seen_subcommand_from add" -l drop-folder -d 'Drop folder of this server. Optional: this server takes mail from another folder than the page\'s.' -r
complete -c spinmail -n "__fish_spinmail_using_subcommand server; and __fish_seen_subcommand_from add" -s f -l file -d 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml' -r -F
complete -c spinmail -n "__fish_spinmail_using_subcommand server; and __fish_seen_subcommand_from add" -l color -d 'Colour the output: auto (the default), always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c spinmail -n "__fish_spinmail_using_subcommand server; and __fish_seen_subcommand_from add" -s n -l dry-run -d 'Show what would change, and write nothing'
complete -c spinmail -n "__fish_spinmail_using_subcommand server; and __fish_seen_subcommand_from add" -l check -d 'Write nothing, and fail (1) if anything would change'
complete -c spinmail -n "__fish_spinmail_using_subcommand server; and __fish_seen_subcommand_from add" -s q -l quiet -d 'Print only data and errors, no hints and other talk'
complete -c spinmail -n "__fish_spinmail_using_subcommand server; and __fish_seen_subcommand_from add" -s v -l verbose -d 'Say more: what passed, what did not apply, what was accepted'
complete -c spinmail -n "__fish_spinmail_using_subcommand server; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spinmail -n "__fish_spinmail_using_subcommand server; and __fish_seen_subcommand_from remove" -s f -l file -d 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml' -r -F
complete -c spinmail -n "__fish_spinmail_using_subcommand server; and __fish_seen_subcommand_from remove" -l color -d 'Colour the output: auto (the default), always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c spinmail -n "__fish_spinmail_using_subcommand server; and __fish_seen_subcommand_from remove" -s n -l dry-run -d 'Show what would change, and write nothing'
complete -c spinmail -n "__fish_spinmail_using_subcommand server; and __fish_seen_subcommand_from remove" -l check -d 'Write nothing, and fail (1) if anything would change'
complete -c spinmail -n "__fish_spinmail_using_subcommand server; and __fish_seen_subcommand_from remove" -s q -l quiet -d 'Print only data and errors, no hints and other talk'
complete -c spinmail -n "__fish_spinmail_using_subcommand server; and __fish_seen_subcommand_from remove" -s v -l verbose -d 'Say more: what passed, what did not apply, what was accepted'
complete -c spinmail -n "__fish_spinmail_using_subcommand server; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help'
complete -c spinmail -n "__fish_spinmail_using_subcommand server; and __fish_seen_subcommand_from list" -l format -d 'How to print it' -r -f -a "text\t''
json\t''"
complete -c spinmail -n "__fish_spinmail_using_subcommand server; and __fish_seen_subcommand_from list" -s f -l file -d 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml' -r -F
complete -c spinmail -n "__fish_spinmail_using_subcommand server; and __fish_seen_subcommand_from list" -l color -d 'Colour the output: auto (the default), always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c spinmail -n "__fish_spinmail_using_subcommand server; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Print only data and errors, no hints and other talk'
complete -c spinmail -n "__fish_spinmail_using_subcommand server; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say more: what passed, what did not apply, what was accepted'
complete -c spinmail -n "__fish_spinmail_using_subcommand server; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c spinmail -n "__fish_spinmail_using_subcommand web-application; and not __fish_seen_subcommand_from add remove list" -s f -l file -d 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml' -r -F
complete -c spinmail -n "__fish_spinmail_using_subcommand web-application; and not __fish_seen_subcommand_from add remove list" -l color -d 'Colour the output: auto (the default), always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c spinmail -n "__fish_spinmail_using_subcommand web-application; and not __fish_seen_subcommand_from add remove list" -s q -l quiet -d 'Print only data and errors, no hints and other talk'
complete -c spinmail -n "__fish_spinmail_using_subcommand web-application; and not __fish_seen_subcommand_from add remove list" -s v -l verbose -d 'Say more: what passed, what did not apply, what was accepted'
complete -c spinmail -n "__fish_spinmail_using_subcommand web-application; and not __fish_seen_subcommand_from add remove list" -s h -l help -d 'Print help'
complete -c spinmail -n "__fish_spinmail_using_subcommand web-application; and not __fish_seen_subcommand_from add remove list" -f -a "add" -d 'Add a web application'
complete -c spinmail -n "__fish_spinmail_using_subcommand web-application; and not __fish_seen_subcommand_from add remove list" -f -a "remove" -d 'Remove a web application and its settings'
complete -c spinmail -n "__fish_spinmail_using_subcommand web-application; and not __fish_seen_subcommand_from add remove list" -f -a "list" -d 'List the web applications'
complete -c spinmail -n "__fish_spinmail_using_subcommand web-application; and __fish_seen_subcommand_from add" -l account -d 'Web application\'s account. The identity of its application pool; it must be able to read the mail.' -r
complete -c spinmail -n "__fish_spinmail_using_subcommand web-application; and __fish_seen_subcommand_from add" -l incoming-address -d 'Mail server address of the web application. Optional: overrides the page\'s mail server address for this web application.' -r
complete -c spinmail -n "__fish_spinmail_using_subcommand web-application; and __fish_seen_subcommand_from add" -l maximum-message-size -d 'Maximum upload size. Optional: the largest file that the web application takes.' -r
complete -c spinmail -n "__fish_spinmail_using_subcommand web-application; and __fish_seen_subcommand_from add" -s f -l file -d 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml' -r -F
complete -c spinmail -n "__fish_spinmail_using_subcommand web-application; and __fish_seen_subcommand_from add" -l color -d 'Colour the output: auto (the default), always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c spinmail -n "__fish_spinmail_using_subcommand web-application; and __fish_seen_subcommand_from add" -s n -l dry-run -d 'Show what would change, and write nothing'
complete -c spinmail -n "__fish_spinmail_using_subcommand web-application; and __fish_seen_subcommand_from add" -l check -d 'Write nothing, and fail (1) if anything would change'
complete -c spinmail -n "__fish_spinmail_using_subcommand web-application; and __fish_seen_subcommand_from add" -s q -l quiet -d 'Print only data and errors, no hints and other talk'
complete -c spinmail -n "__fish_spinmail_using_subcommand web-application; and __fish_seen_subcommand_from add" -s v -l verbose -d 'Say more: what passed, what did not apply, what was accepted'
complete -c spinmail -n "__fish_spinmail_using_subcommand web-application; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help'
complete -c spinmail -n "__fish_spinmail_using_subcommand web-application; and __fish_seen_subcommand_from remove" -s f -l file -d 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml' -r -F
complete -c spinmail -n "__fish_spinmail_using_subcommand web-application; and __fish_seen_subcommand_from remove" -l color -d 'Colour the output: auto (the default), always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c spinmail -n "__fish_spinmail_using_subcommand web-application; and __fish_seen_subcommand_from remove" -s n -l dry-run -d 'Show what would change, and write nothing'
complete -c spinmail -n "__fish_spinmail_using_subcommand web-application; and __fish_seen_subcommand_from remove" -l check -d 'Write nothing, and fail (1) if anything would change'
complete -c spinmail -n "__fish_spinmail_using_subcommand web-application; and __fish_seen_subcommand_from remove" -s q -l quiet -d 'Print only data and errors, no hints and other talk'
complete -c spinmail -n "__fish_spinmail_using_subcommand web-application; and __fish_seen_subcommand_from remove" -s v -l verbose -d 'Say more: what passed, what did not apply, what was accepted'
complete -c spinmail -n "__fish_spinmail_using_subcommand web-application; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help'
complete -c spinmail -n "__fish_spinmail_using_subcommand web-application; and __fish_seen_subcommand_from list" -l format -d 'How to print it' -r -f -a "text\t''
json\t''"
complete -c spinmail -n "__fish_spinmail_using_subcommand web-application; and __fish_seen_subcommand_from list" -s f -l file -d 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml' -r -F
complete -c spinmail -n "__fish_spinmail_using_subcommand web-application; and __fish_seen_subcommand_from list" -l color -d 'Colour the output: auto (the default), always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c spinmail -n "__fish_spinmail_using_subcommand web-application; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Print only data and errors, no hints and other talk'
complete -c spinmail -n "__fish_spinmail_using_subcommand web-application; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say more: what passed, what did not apply, what was accepted'
complete -c spinmail -n "__fish_spinmail_using_subcommand web-application; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c spinmail -n "__fish_spinmail_using_subcommand diff" -l format -d 'How to print it' -r -f -a "text\t''
json\t''"
complete -c spinmail -n "__fish_spinmail_using_subcommand diff" -s f -l file -d 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml' -r -F
complete -c spinmail -n "__fish_spinmail_using_subcommand diff" -l color -d 'Colour the output: auto (the default), always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c spinmail -n "__fish_spinmail_using_subcommand diff" -s q -l quiet -d 'Print only data and errors, no hints and other talk'
complete -c spinmail -n "__fish_spinmail_using_subcommand diff" -s v -l verbose -d 'Say more: what passed, what did not apply, what was accepted'
complete -c spinmail -n "__fish_spinmail_using_subcommand diff" -s h -l help -d 'Print help'
complete -c spinmail -n "__fish_spinmail_using_subcommand path" -s f -l file -d 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml' -r -F
complete -c spinmail -n "__fish_spinmail_using_subcommand path" -l color -d 'Colour the output: auto (the default), always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c spinmail -n "__fish_spinmail_using_subcommand path" -s q -l quiet -d 'Print only data and errors, no hints and other talk'
complete -c spinmail -n "__fish_spinmail_using_subcommand path" -s v -l verbose -d 'Say more: what passed, what did not apply, what was accepted'
complete -c spinmail -n "__fish_spinmail_using_subcommand path" -s h -l help -d 'Print help'
complete -c spinmail -n "__fish_spinmail_using_subcommand validate" -l only -d 'Judge only these rules: ids, or what ids begin with (dns, dns-mx)' -r
complete -c spinmail -n "__fish_spinmail_using_subcommand validate" -l skip -d 'Leave these rules out: ids, or what ids begin with' -r
complete -c spinmail -n "__fish_spinmail_using_subcommand validate" -l fail-on -d 'The least severity that makes the exit status 1; never makes it 0 whatever is found' -r -f -a "error\t''
warning\t''
note\t''
never\t''"
complete -c spinmail -n "__fish_spinmail_using_subcommand validate" -l format -d 'The form of the report' -r -f -a "text\t'Findings in full, for reading'
table\t'One row a verdict'
json\t'For programs: the versioned contract'
junit\t'Test results, for CI systems'
sarif\t'SARIF 2.1.0, for code scanning'
github\t'Annotations of a GitHub Actions run'
prometheus\t'Metrics, for node_exporter\'s textfile collector'
html\t'One page to attach to a change ticket'"
complete -c spinmail -n "__fish_spinmail_using_subcommand validate" -s o -l out -d 'Write the report there instead of to standard output, in one step when it is whole' -r -F
complete -c spinmail -n "__fish_spinmail_using_subcommand validate" -l since -d 'Compare with an earlier JSON report: only what is new is shown in full and counts for the exit status. New is what was not found then, or less severe, or undecided; the same is what has the same rule and subject' -r -F
complete -c spinmail -n "__fish_spinmail_using_subcommand validate" -s f -l file -d 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml' -r -F
complete -c spinmail -n "__fish_spinmail_using_subcommand validate" -l color -d 'Colour the output: auto (the default), always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c spinmail -n "__fish_spinmail_using_subcommand validate" -s q -l quiet -d 'Print only data and errors, no hints and other talk'
complete -c spinmail -n "__fish_spinmail_using_subcommand validate" -s v -l verbose -d 'Say more: what passed, what did not apply, what was accepted'
complete -c spinmail -n "__fish_spinmail_using_subcommand validate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spinmail -n "__fish_spinmail_using_subcommand verify" -l facts -d 'Judge these facts, which `spinmail gather` recorded, and look at nothing' -r -F
complete -c spinmail -n "__fish_spinmail_using_subcommand verify" -l farms -d 'Check many farms: their files, and folders, which mean their *.toml; --facts are matched by the farms\' names' -r -F
complete -c spinmail -n "__fish_spinmail_using_subcommand verify" -l bind-as -d 'Ask the directory as this account; else as `probe.bind-as`' -r
complete -c spinmail -n "__fish_spinmail_using_subcommand verify" -l bind-password-file -d 'Its password\'s file; else SPINMAIL_LDAP_PASSWORD, else it is asked for' -r -F
complete -c spinmail -n "__fish_spinmail_using_subcommand verify" -l metabase -d 'A copy of a server\'s MetaBase.xml; else this machine\'s own' -r -F
complete -c spinmail -n "__fish_spinmail_using_subcommand verify" -l server -d 'The recorded server that is looked at; else this machine' -r
complete -c spinmail -n "__fish_spinmail_using_subcommand verify" -l folder -d 'Where the drop folder can be seen from here, such as a mounted share' -r -f -a "(__fish_complete_directories)"
complete -c spinmail -n "__fish_spinmail_using_subcommand verify" -l aliases -d 'The aliases of all lists that take mail: an alias or an address in a line' -r -F
complete -c spinmail -n "__fish_spinmail_using_subcommand verify" -l sddl -d 'Its security descriptor, as `(Get-Acl -LiteralPath PATH).Sddl` prints it, or a file of that' -r
complete -c spinmail -n "__fish_spinmail_using_subcommand verify" -l icacls -d 'A file that `icacls PATH /save FILE` wrote, of the folder' -r -F
complete -c spinmail -n "__fish_spinmail_using_subcommand verify" -l path -d 'Which of the farm\'s drop folders that is' -r
complete -c spinmail -n "__fish_spinmail_using_subcommand verify" -l smb-user -d 'Ask the server of a share as this account; else by Kerberos ticket (on Windows as who runs this)' -r
complete -c spinmail -n "__fish_spinmail_using_subcommand verify" -l smb-password-file -d 'Its password\'s file; else SPINMAIL_SMB_PASSWORD, else it is asked for' -r -F
complete -c spinmail -n "__fish_spinmail_using_subcommand verify" -l sid -d 'The SID of an account, or of WSS_ADMIN_WPG or WSS_WPG' -r
complete -c spinmail -n "__fish_spinmail_using_subcommand verify" -l token -d 'An account\'s SID and those of all its groups, as `whoami /user` and `whoami /groups` show them; on a share those of its domain count' -r
complete -c spinmail -n "__fish_spinmail_using_subcommand verify" -l only -d 'Judge only these rules: ids, or what ids begin with (dns, dns-mx)' -r
complete -c spinmail -n "__fish_spinmail_using_subcommand verify" -l skip -d 'Leave these rules out: ids, or what ids begin with' -r
complete -c spinmail -n "__fish_spinmail_using_subcommand verify" -l fail-on -d 'The least severity that makes the exit status 1; never makes it 0 whatever is found' -r -f -a "error\t''
warning\t''
note\t''
never\t''"
complete -c spinmail -n "__fish_spinmail_using_subcommand verify" -l format -d 'The form of the report' -r -f -a "text\t'Findings in full, for reading'
table\t'One row a verdict'
json\t'For programs: the versioned contract'
junit\t'Test results, for CI systems'
sarif\t'SARIF 2.1.0, for code scanning'
github\t'Annotations of a GitHub Actions run'
prometheus\t'Metrics, for node_exporter\'s textfile collector'
html\t'One page to attach to a change ticket'"
complete -c spinmail -n "__fish_spinmail_using_subcommand verify" -s o -l out -d 'Write the report there instead of to standard output, in one step when it is whole' -r -F
complete -c spinmail -n "__fish_spinmail_using_subcommand verify" -l since -d 'Compare with an earlier JSON report: only what is new is shown in full and counts for the exit status. New is what was not found then, or less severe, or undecided; the same is what has the same rule and subject' -r -F
complete -c spinmail -n "__fish_spinmail_using_subcommand verify" -s f -l file -d 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml' -r -F
complete -c spinmail -n "__fish_spinmail_using_subcommand verify" -l color -d 'Colour the output: auto (the default), always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c spinmail -n "__fish_spinmail_using_subcommand verify" -l insecure-bind -d 'Send the password unencrypted to controllers that are named with ldap://'
complete -c spinmail -n "__fish_spinmail_using_subcommand verify" -l all -d 'Name every contact and group with a finding, not only the first 20'
complete -c spinmail -n "__fish_spinmail_using_subcommand verify" -s q -l quiet -d 'Print only data and errors, no hints and other talk'
complete -c spinmail -n "__fish_spinmail_using_subcommand verify" -s v -l verbose -d 'Say more: what passed, what did not apply, what was accepted'
complete -c spinmail -n "__fish_spinmail_using_subcommand verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spinmail -n "__fish_spinmail_using_subcommand trace" -l facts -d 'Judge these facts, which `spinmail gather` recorded, and look at nothing' -r -F
complete -c spinmail -n "__fish_spinmail_using_subcommand trace" -l format -d 'How to print it' -r -f -a "text\t''
json\t''"
complete -c spinmail -n "__fish_spinmail_using_subcommand trace" -s o -l out -d 'Write the report there instead of to standard output, in one step when it is whole' -r -F
complete -c spinmail -n "__fish_spinmail_using_subcommand trace" -l metabase -d 'A copy of a server\'s MetaBase.xml; else this machine\'s own' -r -F
complete -c spinmail -n "__fish_spinmail_using_subcommand trace" -l server -d 'The recorded server that is looked at; else this machine' -r
complete -c spinmail -n "__fish_spinmail_using_subcommand trace" -l folder -d 'Where the drop folder can be seen from here, such as a mounted share' -r -f -a "(__fish_complete_directories)"
complete -c spinmail -n "__fish_spinmail_using_subcommand trace" -l aliases -d 'The aliases of all lists that take mail: an alias or an address in a line' -r -F
complete -c spinmail -n "__fish_spinmail_using_subcommand trace" -l sddl -d 'Its security descriptor, as `(Get-Acl -LiteralPath PATH).Sddl` prints it, or a file of that' -r
complete -c spinmail -n "__fish_spinmail_using_subcommand trace" -l icacls -d 'A file that `icacls PATH /save FILE` wrote, of the folder' -r -F
complete -c spinmail -n "__fish_spinmail_using_subcommand trace" -l path -d 'Which of the farm\'s drop folders that is' -r
complete -c spinmail -n "__fish_spinmail_using_subcommand trace" -l smb-user -d 'Ask the server of a share as this account; else by Kerberos ticket (on Windows as who runs this)' -r
complete -c spinmail -n "__fish_spinmail_using_subcommand trace" -l smb-password-file -d 'Its password\'s file; else SPINMAIL_SMB_PASSWORD, else it is asked for' -r -F
complete -c spinmail -n "__fish_spinmail_using_subcommand trace" -l sid -d 'The SID of an account, or of WSS_ADMIN_WPG or WSS_WPG' -r
complete -c spinmail -n "__fish_spinmail_using_subcommand trace" -l token -d 'An account\'s SID and those of all its groups, as `whoami /user` and `whoami /groups` show them; on a share those of its domain count' -r
complete -c spinmail -n "__fish_spinmail_using_subcommand trace" -s f -l file -d 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml' -r -F
complete -c spinmail -n "__fish_spinmail_using_subcommand trace" -l color -d 'Colour the output: auto (the default), always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c spinmail -n "__fish_spinmail_using_subcommand trace" -s q -l quiet -d 'Print only data and errors, no hints and other talk'
complete -c spinmail -n "__fish_spinmail_using_subcommand trace" -s v -l verbose -d 'Say more: what passed, what did not apply, what was accepted'
complete -c spinmail -n "__fish_spinmail_using_subcommand trace" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spinmail -n "__fish_spinmail_using_subcommand gather" -l facts -d 'Look at nothing, and make one file of these facts' -r -F
complete -c spinmail -n "__fish_spinmail_using_subcommand gather" -s o -l out -d 'Write the facts there instead of to standard output' -r -F
complete -c spinmail -n "__fish_spinmail_using_subcommand gather" -l bind-as -d 'Ask the directory as this account; else as `probe.bind-as`' -r
complete -c spinmail -n "__fish_spinmail_using_subcommand gather" -l bind-password-file -d 'Its password\'s file; else SPINMAIL_LDAP_PASSWORD, else it is asked for' -r -F
complete -c spinmail -n "__fish_spinmail_using_subcommand gather" -l metabase -d 'A copy of a server\'s MetaBase.xml; else this machine\'s own' -r -F
complete -c spinmail -n "__fish_spinmail_using_subcommand gather" -l server -d 'The recorded server that is looked at; else this machine' -r
complete -c spinmail -n "__fish_spinmail_using_subcommand gather" -l folder -d 'Where the drop folder can be seen from here, such as a mounted share' -r -f -a "(__fish_complete_directories)"
complete -c spinmail -n "__fish_spinmail_using_subcommand gather" -l aliases -d 'The aliases of all lists that take mail: an alias or an address in a line' -r -F
complete -c spinmail -n "__fish_spinmail_using_subcommand gather" -l sddl -d 'Its security descriptor, as `(Get-Acl -LiteralPath PATH).Sddl` prints it, or a file of that' -r
complete -c spinmail -n "__fish_spinmail_using_subcommand gather" -l icacls -d 'A file that `icacls PATH /save FILE` wrote, of the folder' -r -F
complete -c spinmail -n "__fish_spinmail_using_subcommand gather" -l path -d 'Which of the farm\'s drop folders that is' -r
complete -c spinmail -n "__fish_spinmail_using_subcommand gather" -l smb-user -d 'Ask the server of a share as this account; else by Kerberos ticket (on Windows as who runs this)' -r
complete -c spinmail -n "__fish_spinmail_using_subcommand gather" -l smb-password-file -d 'Its password\'s file; else SPINMAIL_SMB_PASSWORD, else it is asked for' -r -F
complete -c spinmail -n "__fish_spinmail_using_subcommand gather" -l sid -d 'The SID of an account, or of WSS_ADMIN_WPG or WSS_WPG' -r
complete -c spinmail -n "__fish_spinmail_using_subcommand gather" -l token -d 'An account\'s SID and those of all its groups, as `whoami /user` and `whoami /groups` show them; on a share those of its domain count' -r
complete -c spinmail -n "__fish_spinmail_using_subcommand gather" -s f -l file -d 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml' -r -F
complete -c spinmail -n "__fish_spinmail_using_subcommand gather" -l color -d 'Colour the output: auto (the default), always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c spinmail -n "__fish_spinmail_using_subcommand gather" -l redact -d 'Replace every name and address, so that the facts can be posted and still judged'
complete -c spinmail -n "__fish_spinmail_using_subcommand gather" -l insecure-bind -d 'Send the password unencrypted to controllers that are named with ldap://'
complete -c spinmail -n "__fish_spinmail_using_subcommand gather" -l all -d 'Name every contact and group with a finding, not only the first 20'
complete -c spinmail -n "__fish_spinmail_using_subcommand gather" -s q -l quiet -d 'Print only data and errors, no hints and other talk'
complete -c spinmail -n "__fish_spinmail_using_subcommand gather" -s v -l verbose -d 'Say more: what passed, what did not apply, what was accepted'
complete -c spinmail -n "__fish_spinmail_using_subcommand gather" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spinmail -n "__fish_spinmail_using_subcommand explain" -s f -l file -d 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml' -r -F
complete -c spinmail -n "__fish_spinmail_using_subcommand explain" -l color -d 'Colour the output: auto (the default), always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c spinmail -n "__fish_spinmail_using_subcommand explain" -s q -l quiet -d 'Print only data and errors, no hints and other talk'
complete -c spinmail -n "__fish_spinmail_using_subcommand explain" -s v -l verbose -d 'Say more: what passed, what did not apply, what was accepted'
complete -c spinmail -n "__fish_spinmail_using_subcommand explain" -s h -l help -d 'Print help'
complete -c spinmail -n "__fish_spinmail_using_subcommand inspect; and not __fish_seen_subcommand_from metabase relay-list descriptor mail container" -s f -l file -d 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml' -r -F
complete -c spinmail -n "__fish_spinmail_using_subcommand inspect; and not __fish_seen_subcommand_from metabase relay-list descriptor mail container" -l color -d 'Colour the output: auto (the default), always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c spinmail -n "__fish_spinmail_using_subcommand inspect; and not __fish_seen_subcommand_from metabase relay-list descriptor mail container" -s q -l quiet -d 'Print only data and errors, no hints and other talk'
complete -c spinmail -n "__fish_spinmail_using_subcommand inspect; and not __fish_seen_subcommand_from metabase relay-list descriptor mail container" -s v -l verbose -d 'Say more: what passed, what did not apply, what was accepted'
complete -c spinmail -n "__fish_spinmail_using_subcommand inspect; and not __fish_seen_subcommand_from metabase relay-list descriptor mail container" -s h -l help -d 'Print help'
complete -c spinmail -n "__fish_spinmail_using_subcommand inspect; and not __fish_seen_subcommand_from metabase relay-list descriptor mail container" -f -a "metabase" -d 'Read the SMTP part of an IIS 6 metabase (MetaBase.xml): virtual servers, domains, folders, lists'
complete -c spinmail -n "__fish_spinmail_using_subcommand inspect; and not __fish_seen_subcommand_from metabase relay-list descriptor mail container" -f -a "relay-list" -d 'Read a relay list as the metabase holds it (RelayIpList)'
complete -c spinmail -n "__fish_spinmail_using_subcommand inspect; and not __fish_seen_subcommand_from metabase relay-list descriptor mail container" -f -a "descriptor" -d 'Read a Windows security descriptor: owner, entries, and what an account may do by it'
complete -c spinmail -n "__fish_spinmail_using_subcommand inspect; and not __fish_seen_subcommand_from metabase relay-list descriptor mail container" -f -a "mail" -d 'Explain messages of a drop folder: who each is for, whether SharePoint can route it, and why not'
complete -c spinmail -n "__fish_spinmail_using_subcommand inspect; and not __fish_seen_subcommand_from metabase relay-list descriptor mail container" -f -a "container" -d 'Read the name of an Active Directory container, and say what it comes to and what is odd about it'
complete -c spinmail -n "__fish_spinmail_using_subcommand inspect; and __fish_seen_subcommand_from metabase" -l format -d 'How to print it' -r -f -a "text\t''
json\t''"
complete -c spinmail -n "__fish_spinmail_using_subcommand inspect; and __fish_seen_subcommand_from metabase" -s f -l file -d 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml' -r -F
complete -c spinmail -n "__fish_spinmail_using_subcommand inspect; and __fish_seen_subcommand_from metabase" -l color -d 'Colour the output: auto (the default), always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c spinmail -n "__fish_spinmail_using_subcommand inspect; and __fish_seen_subcommand_from metabase" -s q -l quiet -d 'Print only data and errors, no hints and other talk'
complete -c spinmail -n "__fish_spinmail_using_subcommand inspect; and __fish_seen_subcommand_from metabase" -s v -l verbose -d 'Say more: what passed, what did not apply, what was accepted'
complete -c spinmail -n "__fish_spinmail_using_subcommand inspect; and __fish_seen_subcommand_from metabase" -s h -l help -d 'Print help'
complete -c spinmail -n "__fish_spinmail_using_subcommand inspect; and __fish_seen_subcommand_from relay-list" -l format -d 'How to print it' -r -f -a "text\t''
json\t''"
complete -c spinmail -n "__fish_spinmail_using_subcommand inspect; and __fish_seen_subcommand_from relay-list" -s f -l file -d 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml' -r -F
complete -c spinmail -n "__fish_spinmail_using_subcommand inspect; and __fish_seen_subcommand_from relay-list" -l color -d 'Colour the output: auto (the default), always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c spinmail -n "__fish_spinmail_using_subcommand inspect; and __fish_seen_subcommand_from relay-list" -l absent -d 'The metabase holds no such value'
complete -c spinmail -n "__fish_spinmail_using_subcommand inspect; and __fish_seen_subcommand_from relay-list" -s q -l quiet -d 'Print only data and errors, no hints and other talk'
complete -c spinmail -n "__fish_spinmail_using_subcommand inspect; and __fish_seen_subcommand_from relay-list" -s v -l verbose -d 'Say more: what passed, what did not apply, what was accepted'
complete -c spinmail -n "__fish_spinmail_using_subcommand inspect; and __fish_seen_subcommand_from relay-list" -s h -l help -d 'Print help'
complete -c spinmail -n "__fish_spinmail_using_subcommand inspect; and __fish_seen_subcommand_from descriptor" -l as -d 'The account: a SID, or a name that means the same everywhere, such as `NETWORK SERVICE`' -r
complete -c spinmail -n "__fish_spinmail_using_subcommand inspect; and __fish_seen_subcommand_from descriptor" -l with -d 'The groups that the account is in' -r
complete -c spinmail -n "__fish_spinmail_using_subcommand inspect; and __fish_seen_subcommand_from descriptor" -l class -d 'The class of the objects in the container that are asked about' -r -f -a "contact\t''
group\t''
user\t''"
complete -c spinmail -n "__fish_spinmail_using_subcommand inspect; and __fish_seen_subcommand_from descriptor" -l domain -d 'The domain that letters such as DA (Domain Admins) speak of, a SID' -r
complete -c spinmail -n "__fish_spinmail_using_subcommand inspect; and __fish_seen_subcommand_from descriptor" -l forest-root -d 'The root domain of its forest, of which EA, SA and RO speak; else the domain itself' -r
complete -c spinmail -n "__fish_spinmail_using_subcommand inspect; and __fish_seen_subcommand_from descriptor" -l entry -d 'Which descriptor of a file of `icacls /save`; else that of the folder which has all others in it' -r
complete -c spinmail -n "__fish_spinmail_using_subcommand inspect; and __fish_seen_subcommand_from descriptor" -l to -d 'Only rewrite it: as SDDL with hexadecimal masks, or as the digits of a self-relative descriptor' -r -f -a "sddl\t''
hex\t''"
complete -c spinmail -n "__fish_spinmail_using_subcommand inspect; and __fish_seen_subcommand_from descriptor" -l format -d 'How to print it' -r -f -a "text\t''
json\t''"
complete -c spinmail -n "__fish_spinmail_using_subcommand inspect; and __fish_seen_subcommand_from descriptor" -s f -l file -d 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml' -r -F
complete -c spinmail -n "__fish_spinmail_using_subcommand inspect; and __fish_seen_subcommand_from descriptor" -l color -d 'Colour the output: auto (the default), always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c spinmail -n "__fish_spinmail_using_subcommand inspect; and __fish_seen_subcommand_from descriptor" -l machine -d 'The account logs on at the machine that has the folder: LOCAL and BUILTIN\\Users are among its groups'
complete -c spinmail -n "__fish_spinmail_using_subcommand inspect; and __fish_seen_subcommand_from descriptor" -l directory -d 'It is of a container of Active Directory, not of a folder'
complete -c spinmail -n "__fish_spinmail_using_subcommand inspect; and __fish_seen_subcommand_from descriptor" -s q -l quiet -d 'Print only data and errors, no hints and other talk'
complete -c spinmail -n "__fish_spinmail_using_subcommand inspect; and __fish_seen_subcommand_from descriptor" -s v -l verbose -d 'Say more: what passed, what did not apply, what was accepted'
complete -c spinmail -n "__fish_spinmail_using_subcommand inspect; and __fish_seen_subcommand_from descriptor" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spinmail -n "__fish_spinmail_using_subcommand inspect; and __fish_seen_subcommand_from mail" -l display-address -d 'The farm\'s display address; else the farm file\'s' -r
complete -c spinmail -n "__fish_spinmail_using_subcommand inspect; and __fish_seen_subcommand_from mail" -l aliases -d 'The aliases of all lists that take mail: an alias or an address in a line' -r -F
complete -c spinmail -n "__fish_spinmail_using_subcommand inspect; and __fish_seen_subcommand_from mail" -l format -d 'How to print it' -r -f -a "text\t''
json\t''"
complete -c spinmail -n "__fish_spinmail_using_subcommand inspect; and __fish_seen_subcommand_from mail" -s f -l file -d 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml' -r -F
complete -c spinmail -n "__fish_spinmail_using_subcommand inspect; and __fish_seen_subcommand_from mail" -l color -d 'Colour the output: auto (the default), always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c spinmail -n "__fish_spinmail_using_subcommand inspect; and __fish_seen_subcommand_from mail" -s q -l quiet -d 'Print only data and errors, no hints and other talk'
complete -c spinmail -n "__fish_spinmail_using_subcommand inspect; and __fish_seen_subcommand_from mail" -s v -l verbose -d 'Say more: what passed, what did not apply, what was accepted'
complete -c spinmail -n "__fish_spinmail_using_subcommand inspect; and __fish_seen_subcommand_from mail" -s h -l help -d 'Print help'
complete -c spinmail -n "__fish_spinmail_using_subcommand inspect; and __fish_seen_subcommand_from container" -l format -d 'How to print it' -r -f -a "text\t''
json\t''"
complete -c spinmail -n "__fish_spinmail_using_subcommand inspect; and __fish_seen_subcommand_from container" -s f -l file -d 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml' -r -F
complete -c spinmail -n "__fish_spinmail_using_subcommand inspect; and __fish_seen_subcommand_from container" -l color -d 'Colour the output: auto (the default), always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c spinmail -n "__fish_spinmail_using_subcommand inspect; and __fish_seen_subcommand_from container" -s q -l quiet -d 'Print only data and errors, no hints and other talk'
complete -c spinmail -n "__fish_spinmail_using_subcommand inspect; and __fish_seen_subcommand_from container" -s v -l verbose -d 'Say more: what passed, what did not apply, what was accepted'
complete -c spinmail -n "__fish_spinmail_using_subcommand inspect; and __fish_seen_subcommand_from container" -s h -l help -d 'Print help'
complete -c spinmail -n "__fish_spinmail_using_subcommand schema" -s f -l file -d 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml' -r -F
complete -c spinmail -n "__fish_spinmail_using_subcommand schema" -l color -d 'Colour the output: auto (the default), always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c spinmail -n "__fish_spinmail_using_subcommand schema" -s q -l quiet -d 'Print only data and errors, no hints and other talk'
complete -c spinmail -n "__fish_spinmail_using_subcommand schema" -s v -l verbose -d 'Say more: what passed, what did not apply, what was accepted'
complete -c spinmail -n "__fish_spinmail_using_subcommand schema" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spinmail -n "__fish_spinmail_using_subcommand completions" -s f -l file -d 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml' -r -F
complete -c spinmail -n "__fish_spinmail_using_subcommand completions" -l color -d 'Colour the output: auto (the default), always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c spinmail -n "__fish_spinmail_using_subcommand completions" -l static -d 'A script that knows commands and options alone, and never runs spinmail'
complete -c spinmail -n "__fish_spinmail_using_subcommand completions" -s q -l quiet -d 'Print only data and errors, no hints and other talk'
complete -c spinmail -n "__fish_spinmail_using_subcommand completions" -s v -l verbose -d 'Say more: what passed, what did not apply, what was accepted'
complete -c spinmail -n "__fish_spinmail_using_subcommand completions" -s h -l help -d 'Print help'
complete -c spinmail -n "__fish_spinmail_using_subcommand man" -s f -l file -d 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml' -r -F
complete -c spinmail -n "__fish_spinmail_using_subcommand man" -l color -d 'Colour the output: auto (the default), always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c spinmail -n "__fish_spinmail_using_subcommand man" -s q -l quiet -d 'Print only data and errors, no hints and other talk'
complete -c spinmail -n "__fish_spinmail_using_subcommand man" -s v -l verbose -d 'Say more: what passed, what did not apply, what was accepted'
complete -c spinmail -n "__fish_spinmail_using_subcommand man" -s h -l help -d 'Print help'
complete -c spinmail -n "__fish_spinmail_using_subcommand help" -s f -l file -d 'The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml' -r -F
complete -c spinmail -n "__fish_spinmail_using_subcommand help" -l color -d 'Colour the output: auto (the default), always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c spinmail -n "__fish_spinmail_using_subcommand help" -s q -l quiet -d 'Print only data and errors, no hints and other talk'
complete -c spinmail -n "__fish_spinmail_using_subcommand help" -s v -l verbose -d 'Say more: what passed, what did not apply, what was accepted'
complete -c spinmail -n "__fish_spinmail_using_subcommand help" -s h -l help -d 'Print help'
