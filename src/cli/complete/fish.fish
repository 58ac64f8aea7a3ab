complete --keep-order --exclusive --command spinmail --arguments "(COMPLETE=fish spinmail -- (commandline --current-process --tokenize --cut-at-cursor) (commandline --current-token))"
