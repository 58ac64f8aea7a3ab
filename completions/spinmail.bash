_clap_complete_spinmail() {
    local reply candidate can_quote=false
    local words=("${COMP_WORDS[@]}")
    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
        words[COMP_CWORD]="$2"
    fi
    if compopt +o nospace 2> /dev/null; then
        can_quote=true
    fi
    COMPREPLY=()
    reply=$( \
        _CLAP_IFS=$'\013' \
        _CLAP_COMPLETE_INDEX="${COMP_CWORD}" \
        COMPLETE="bash" \
        "spinmail" -- "${words[@]}" \
    ) || return
    # Taken apart by hand: bash would read names as patterns.
    while [[ -n "$reply" ]]; do
        candidate="${reply%%$'\013'*}"
        case "$reply" in
            *$'\013'*) reply="${reply#*$'\013'}" ;;
            *) reply= ;;
        esac
        case "$candidate" in
            *[![:alnum:]_./:@,+=-]*)
                # Bash quotes what it takes for a name of a file. Where it cannot be told, the name
                # would be run.
                [[ $can_quote == true ]] || continue
                compopt -o filenames
                ;;
        esac
        COMPREPLY+=("$candidate")
    done
    if [[ $can_quote == true ]] && [[ "${COMPREPLY-}" =~ [=/:]$ ]]; then
        compopt -o nospace
    fi
}
if [[ "${BASH_VERSINFO[0]}" -eq 4 && "${BASH_VERSINFO[1]}" -ge 4 || "${BASH_VERSINFO[0]}" -gt 4 ]]; then
    complete -o nospace -o bashdefault -o nosort -F _clap_complete_spinmail spinmail
else
    complete -o nospace -o bashdefault -F _clap_complete_spinmail spinmail
fi
