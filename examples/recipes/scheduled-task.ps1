# Verifies every morning on a Windows machine, and keeps one page with the state of that day.
#
#   .\scheduled-task.ps1 -Farms 'D:\farms' -Out '\\files\reports\spinmail.html'
param(
    [Parameter(Mandatory)] [string] $Farms,
    [Parameter(Mandatory)] [string] $Out
)
$arguments = "verify --farms `"$Farms`" --format html --out `"$Out`""
$action = New-ScheduledTaskAction -Execute (Get-Command spinmail).Source -Argument $arguments
$trigger = New-ScheduledTaskTrigger -Daily -At 06:15
Register-ScheduledTask -TaskName 'spinmail' -Action $action -Trigger $trigger
