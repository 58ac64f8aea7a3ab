# Verifies every morning on a Windows machine, and keeps one page with the state of that day. Run it as an administrator.
#
#   .\scheduled-task.ps1 -Farms 'D:\farms' -Out 'D:\reports\spinmail.html'
#   .\scheduled-task.ps1 -Farms '\\files\farms' -Out '\\files\reports\spinmail.html' -Account 'FABRIKAM\svc_spinmail$'
#
# The task runs elevated, whether or not anyone is logged on, and keeps no password:
# - as a group managed service account (a name that ends with $), which can use the network;
# - as SYSTEM, which is the computer on the network;
# - as any other account by S4U, which has no rights on other machines: no shares, and no logon to Active Directory.
param(
    [Parameter(Mandatory)] [string] $Farms,
    [Parameter(Mandatory)] [string] $Out,
    [string] $Account = "$env:USERDOMAIN\$env:USERNAME",
    [string] $TaskName = 'spinmail'
)
$ErrorActionPreference = 'Stop'

$logon = 'S4U'
if ($Account.EndsWith('$')) {
    # Windows fetches the password of a managed account by itself.
    $logon = 'Password'
} elseif ($Account -in 'SYSTEM', 'NT AUTHORITY\SYSTEM', 'S-1-5-18') {
    $logon = 'ServiceAccount'
}
foreach ($path in $Farms, $Out) {
    if ($logon -eq 'S4U' -and $path.StartsWith('\\')) {
        throw "A task of $Account has no rights on other machines, so it cannot open ${path}: name a managed service account by -Account, or a local folder"
    }
}

$program = (Get-Command -Name spinmail -CommandType Application | Select-Object -First 1).Source
$action = New-ScheduledTaskAction -Execute $program -Argument "verify --farms `"$Farms`" --format html --out `"$Out`""
$trigger = New-ScheduledTaskTrigger -Daily -At '06:15'
$principal = New-ScheduledTaskPrincipal -UserId $Account -LogonType $logon -RunLevel Highest
$settings = New-ScheduledTaskSettingsSet -StartWhenAvailable -MultipleInstances IgnoreNew -ExecutionTimeLimit ([TimeSpan] '01:00:00')
$task = New-ScheduledTask -Action $action -Trigger $trigger -Principal $principal -Settings $settings
Register-ScheduledTask -TaskName $TaskName -InputObject $task -Force | Out-Null

Write-Output "The task $TaskName runs every day at 06:15. This starts it now, and shows the exit status of its last run:"
Write-Output "  Start-ScheduledTask -TaskName '$TaskName'"
Write-Output "  (Get-ScheduledTaskInfo -TaskName '$TaskName').LastTaskResult"
