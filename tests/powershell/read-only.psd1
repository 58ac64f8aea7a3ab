# What a gather script may use. Everything else is refused: a name here must only read.
# Get-SPProduct, GetSettingsFromIis and RefreshEmailEnabledObjects write, despite their names.
@{
    Commands = @(
        'Get-Command', 'New-Object', 'Set-StrictMode', 'Sort-Object', 'Where-Object', 'Join-Path'
        # Commands of a product. Loading them changes nothing on the server.
        'Add-PSSnapin', 'Import-Module'
        # SharePoint
        'Get-SPFarm', 'Get-SPServer', 'Get-SPServiceInstance', 'Get-SPWebApplication', 'Get-SPLogLevel'
        # Windows
        'Get-Acl', 'Get-ChildItem', 'Get-CimInstance', 'Get-Item', 'Get-ItemProperty', 'Get-SmbShare', 'Get-WindowsFeature', 'Get-WinEvent'
        'Get-NetConnectionProfile', 'Get-NetFirewallProfile', 'Get-NetFirewallRule', 'Get-NetFirewallAddressFilter'
        'Get-NetFirewallApplicationFilter', 'Get-NetFirewallPortFilter', 'Get-NetFirewallServiceFilter'
        # Exchange
        'Get-AcceptedDomain', 'Get-ExchangeServer', 'Get-ForeignConnector', 'Get-InboundConnector', 'Get-OutboundConnector'
        'Get-ReceiveConnector', 'Get-RemoteDomain', 'Get-SendConnector', 'Get-TransportConfig', 'Get-TransportServer', 'Get-TransportService'
    )
    Modules = @('SharePointServer', 'WebAdministration')
    # Getters (get_NAME) are allowed without being named.
    Methods = @(
        'AddHours', 'AddMinutes', 'ContainsKey', 'GetEnumerator', 'GetType', 'IsMatch', 'Replace', 'Split', 'StartsWith', 'Substring'
        'ToLowerInvariant', 'ToString', 'ToUniversalTime', 'Trim'
        # Reflection that reads.
        'GetIndexParameters', 'GetProperties'
        # Windows
        'GetUtcOffset', 'IsInRole', 'Translate'
        # SharePoint
        'CurrentUserIsAdministrator', 'GetIPRestrictionList', 'GetResponseUri', 'GetServerProductInfo', 'GetUpgradeStatus'
    )
    # Methods that change their object, and the expressions they may be called on: the script's own.
    Changing = @{
        Add = @('$Databases', '$Failures')
        Append = @('$json', "`$json.Append('\u')")
        Remove = @('$filter')
        Dispose = @('$site', '$web')
        WriteLine = @('[Console]::Error', '[Console]::Out')
    }
    # Methods that can do anything, by the argument that makes them read.
    Reading = @{ Invoke = "'Members'"; InvokeMember = "'GetProperty'" }
    Statics = @(
        'BitConverter::ToInt32', 'BitConverter::ToUInt32', 'char::IsSurrogate', 'char::IsSurrogatePair'
        'datetime::SpecifyKind', 'Diagnostics.FileVersionInfo::GetVersionInfo', 'Diagnostics.Stopwatch::StartNew', 'long::Parse'
        'Math::Abs', 'Math::Min', 'regex::Replace', 'Security.Principal.WindowsIdentity::GetCurrent', 'string::IsNullOrEmpty'
        'TimeZoneInfo::ConvertTimeToUtc', 'Microsoft.SharePoint.Administration.SPProductVersions::GetProductVersions'
    )
    Types = @(
        'ADSI', 'BitConverter', 'bool', 'byte', 'byte[]', 'char', 'Collections.IDictionary', 'Collections.IList', 'Console', 'datetime'
        'Diagnostics.FileVersionInfo', 'Diagnostics.Stopwatch', 'double', 'enum', 'Environment', 'Globalization.CultureInfo', 'guid', 'int'
        'IntPtr', 'long', 'Math', 'Microsoft.SharePoint.Administration.SPProductVersions', 'ordered', 'regex'
        'Security.Principal.SecurityIdentifier', 'Security.Principal.WindowsBuiltInRole', 'Security.Principal.WindowsIdentity', 'string'
        'string[]', 'switch', 'TimeSpan', 'TimeZoneInfo', 'uint16', 'uint32', 'version', 'void'
    )
    # Types of New-Object.
    NewObjects = @(
        'System.Collections.ArrayList', 'System.DirectoryServices.DirectoryEntry', 'System.PlatformNotSupportedException'
        'System.Security.Principal.NTAccount', 'System.Security.Principal.SecurityIdentifier', 'System.Security.Principal.WindowsPrincipal'
        'System.Text.StringBuilder', 'System.TimeoutException', 'System.UnauthorizedAccessException'
    )
    # Variables whose members may be assigned: tables of the script. They may hold nothing but a new table,
    # or what one of the functions below makes.
    Tables = @(
        'account', 'answers', 'facts', 'failure', 'found', 'header', 'history', 'limits', 'place', 'settings', 'shared', 'states', 'table'
    )
    TableMakers = @('Get-CimStates', 'Get-Failure', 'New-Failure', 'Read-History', 'Read-Members', 'Read-Properties')
}
