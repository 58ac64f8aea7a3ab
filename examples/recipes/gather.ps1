# Looks at a farm from each of its servers by PowerShell remoting, and judges in the middle what all of them saw.
#
#   .\gather.ps1 -Server sp1.fabrikam.com, sp2.fabrikam.com
#
# It takes the program and the farm file along, and leaves nothing behind. spinmail.exe must be on the path here.
param(
    [Parameter(Mandatory)] [string[]] $Server,
    [string] $Farm = 'farm.toml',
    [string] $Facts = 'facts'
)
$ErrorActionPreference = 'Stop'
$program = (Get-Command spinmail).Source
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
        Copy-Item -ToSession $session -Path $program -Destination "$folder\spinmail.exe"
        Copy-Item -ToSession $session -Path $Farm -Destination "$folder\farm.toml"
        Invoke-Command -Session $session -ScriptBlock {
            & "$using:folder\spinmail.exe" gather --quiet --file "$using:folder\farm.toml" --out "$using:folder\facts.json"
        }
        Copy-Item -FromSession $session -Path "$folder\facts.json" -Destination (Join-Path $Facts "$name.json")
    } finally {
        # Also where something failed: the farm file and the facts do not stay there.
        try {
            if ($folder) {
                Invoke-Command -Session $session -ScriptBlock { Remove-Item -Recurse -Force -LiteralPath $using:folder }
            }
        } finally {
            Remove-PSSession $session
        }
    }
}

& $program verify --farms $Farm --facts $Facts
exit $LASTEXITCODE
