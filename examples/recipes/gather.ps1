# Looks at a farm from each of its servers by PowerShell remoting, and judges in the middle what all of them saw.
#
#   .\gather.ps1 -Server sp1.fabrikam.com, sp2.fabrikam.com
#
# It takes the program and the farm file along, and leaves nothing behind. spinmail.exe must be on the path here. It asks
# no questions, so a scheduled task can run it. The account has to be an administrator of each server: remoting gives it
# all its rights there, but no way on, so a share of another server and Active Directory are not looked at from there.
param(
    [Parameter(Mandatory)] [string[]] $Server,
    [string] $Farm = 'farm.toml',
    [string] $Facts = 'facts'
)
$ErrorActionPreference = 'Stop'
$program = (Get-Command -Name spinmail -CommandType Application | Select-Object -First 1).Source
New-Item -ItemType Directory -Force -Path $Facts | Out-Null

foreach ($name in $Server) {
    $session = New-PSSession -ComputerName $name
    $folder = $null
    try {
        $folder = Invoke-Command -Session $session -ScriptBlock {
            $folder = Join-Path ([IO.Path]::GetTempPath()) ([Guid]::NewGuid())
            New-Item -ItemType Directory -Path $folder | Out-Null
            $folder
        }
        Copy-Item -ToSession $session -Path $program -Destination (Join-Path $folder 'spinmail.exe')
        Copy-Item -ToSession $session -Path $Farm -Destination (Join-Path $folder 'farm.toml')
        $result = Invoke-Command -Session $session -ArgumentList $folder -ScriptBlock {
            param($folder)
            # What a program says in a session counts as errors, so it goes to a file.
            $run = @{
                FilePath = Join-Path $folder 'spinmail.exe'
                ArgumentList = 'gather --quiet --file farm.toml --out facts.json'
                WorkingDirectory = $folder
                RedirectStandardError = Join-Path $folder 'messages.txt'
                NoNewWindow = $true
                Wait = $true
                PassThru = $true
            }
            $process = Start-Process @run
            @{ Code = $process.ExitCode; Messages = [IO.File]::ReadAllText($run.RedirectStandardError) }
        }
        # 1 and 3 say that something was found, or not known: the facts are there.
        if ($result.Code -notin 0, 1, 3) {
            throw "spinmail gather on ${name} ended with $($result.Code): $($result.Messages)"
        }
        Copy-Item -FromSession $session -Path (Join-Path $folder 'facts.json') -Destination (Join-Path $Facts "$name.json")
    } finally {
        # Also where something failed: the farm file and the facts do not stay there.
        try {
            if ($folder) {
                Invoke-Command -Session $session -ArgumentList $folder -ScriptBlock {
                    param($folder)
                    Remove-Item -Recurse -Force -LiteralPath $folder
                }
            }
        } finally {
            Remove-PSSession -Session $session
        }
    }
}

& $program verify --farms $Farm --facts $Facts
exit $LASTEXITCODE
