// SharePoint's object model as far as the gather scripts may read it: the documented types and members,
// and no others. A property that a version lacks is missing here too, so that a script fails as on a farm.
//
// Every getter reports to Watch, which can make one throw. Setters and methods that change a farm are
// there so that a script that calls one is found. What a test prepares is internal: a script cannot see it.
// Deviations: types are not sealed (a later version is a derived type), SecurityIdentifier exists only on
// Windows, and collections have no base type of their own.
#pragma warning disable 649 // what no state of a test sets keeps its default
using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Runtime.CompilerServices;

namespace Spinmail.Tests {
  // What a script did with the model.
  public static class Watch {
    public static readonly SortedSet<string> Reads = new SortedSet<string>(StringComparer.Ordinal);
    public static readonly List<string> Writes = new List<string>();
    public static string Fault;             // "SPFarm.Id": this getter throws
    public static Exception Error;          // what it throws
    public static int Open, MostOpen;       // sites and webs that are not disposed of

    public static void Reset() { Reads.Clear(); Writes.Clear(); Fault = null; Error = null; Open = 0; MostOpen = 0; }
    public static Exception SqlError(int number) { return new System.Data.SqlClient.SqlException("SQL error " + number, number); }
    public static void Opened() { Open++; MostOpen = Math.Max(MostOpen, Open); }
  }

  public abstract class Watched {
    protected T Get<T>(T value, [CallerMemberName] string member = null) {
      string name = GetType().Name + "." + member;
      Watch.Reads.Add(name);
      if (Watch.Fault == name) throw Watch.Error;
      return value;
    }
    protected void Change([CallerMemberName] string member = null) { Watch.Writes.Add(GetType().Name + "." + member); }
  }

  public abstract class Collection<T> : Watched, IEnumerable {
    internal List<T> items = new List<T>();
    internal Exception error;
    public IEnumerator GetEnumerator() { if (error != null) throw error; return Get(items, "GetEnumerator").GetEnumerator(); }
  }

  // Items that are opened one at a time, as sites, webs and lists are.
  public abstract class Opening<T> : Watched, IEnumerable {
    internal int count;
    internal Func<int, T> open;
    internal Exception error;
    public int Count { get { if (error != null) throw error; return Get(count); } }
    public T this[int index] { get { return open(Get(index)); } }
    public IEnumerator GetEnumerator() { for (int i = 0; i < Count; i++) yield return open(i); }
  }

  // Stands in for the exception of this name, which exists only on Windows.
  public class IdentityNotMappedException : Exception { public IdentityNotMappedException(string message) : base(message) { } }

  // A connector of Exchange whose getters throw.
  public class BrokenConnector {
    public string Name { get { return "Broken"; } }
    public bool Enabled { get { throw new InvalidOperationException("Enabled is broken"); } }
    public string[] AddressSpaces { get { throw new UnauthorizedAccessException("AddressSpaces is broken"); } }
    public string MaxMessageSize { get { throw new TimeoutException("MaxMessageSize is broken"); } }
  }

  // A record of the event log whose provider cannot be found.
  public class BrokenEvent {
    public int Id { get { return 6871; } }
    public DateTime? TimeCreated { get { return TestFarm.Now.ToLocalTime(); } }
    public string ProviderName { get { throw new UnauthorizedAccessException("ProviderName is broken"); } }
  }

  // Stands in for the exception of Windows Management Instrumentation, which cannot be made with a number.
  public class CimException : Exception {
    public CimException(string code) : base("CIM: " + code) { NativeErrorCode = code; }
    public string NativeErrorCode { get; private set; }
  }

  // Stands in for SecurityIdentifier.
  public class Sid { internal string text; public override string ToString() { return text; } }
}

namespace System.Data.SqlClient {
  public class SqlException : Exception {
    public SqlException(string message, int number) : base(message) { Number = number; }
    public int Number { get; private set; }
  }
}

namespace Microsoft.SharePoint {
  using Spinmail.Tests;

  public enum SPListTemplateType { GenericList = 100, DocumentLibrary = 101, Announcements = 104, Events = 106, DiscussionBoard = 108 }
  public enum SPUrlZone { Default, Intranet, Internet, Custom, Extranet }
  public enum SPDistributionGroupJobType { Create, Rename, Modify }

  public class SPSchedule : Watched {
    internal string text;
    public override string ToString() { return text; }
  }

  public class SPMinuteSchedule : SPSchedule {
    internal int interval = 1, endSecond = 59;
    public int Interval { get { return Get(interval); } set { Change(); } }
    public int BeginSecond { get { return Get(0); } set { Change(); } }
    public int EndSecond { get { return Get(endSecond); } set { Change(); } }
  }

  public class SPFolder : Watched {
    internal Hashtable properties = new Hashtable();
    public Hashtable Properties { get { return Get(properties); } }
  }

  public class SPList : Watched {
    internal Guid id; internal string title, alias; internal bool hidden;
    internal SPListTemplateType template = SPListTemplateType.DocumentLibrary;
    internal SPFolder folder = new SPFolder();
    public Guid ID { get { return Get(id); } }
    public string Title { get { return Get(title); } set { Change(); } }
    public bool Hidden { get { return Get(hidden); } set { Change(); } }
    public string EmailAlias { get { return Get(alias); } set { Change(); } }
    public bool CanReceiveEmail { get { return Get(true); } }
    public SPListTemplateType BaseTemplate { get { return Get(template); } }
    public SPFolder RootFolder { get { return Get(folder); } }
    public void Update() { Change(); }
  }

  public class SPListCollection : Opening<SPList> { }
  public class SPWebCollection : Opening<SPWeb> { }
  public class SPGroupCollection : Collection<SPGroup> { }

  public class SPDistributionGroupJobData : Watched {
    public int JobId { get { return Get(7); } }
    public SPDistributionGroupJobType JobType { get { return Get(SPDistributionGroupJobType.Create); } }
  }

  public class SPGroup : Watched {
    internal string name, alias, email, error;
    internal SPDistributionGroupJobData pending;
    public string Name { get { return Get(name); } set { Change(); } }
    public string DistributionGroupAlias { get { return Get(alias); } }
    public string DistributionGroupEmail { get { return Get(email); } }
    public string DistributionGroupErrorMessage { get { return Get(error); } }
    public SPDistributionGroupJobData DistributionGroupPendingJobData { get { return Get(pending); } }
    public void CreateDistributionGroup(string alias) { Change(); }
    public void RenameDistributionGroup(string alias) { Change(); }
    public void ClearDistributionGroupErrorMessage() { Change(); }
  }

  public class SPWeb : Watched, IDisposable {
    internal string url; internal bool isRoot, isDisposed;
    internal SPListCollection lists = new SPListCollection();
    internal SPGroupCollection groups = new SPGroupCollection();
    internal SPWeb() { Watch.Opened(); }
    T Live<T>(T value, [CallerMemberName] string member = null) {
      if (isDisposed) throw new ObjectDisposedException("SPWeb");
      return Get(value, member);
    }
    public string Url { get { return Live(url); } }
    public string Title { get { return Live(url); } set { Change(); } }
    public SPListCollection Lists { get { return Live(lists); } }
    public SPGroupCollection SiteGroups { get { return Live(groups); } }
    public SPGroupCollection Groups { get { return Live(groups); } }
    public void Update() { Change(); }
    public void Dispose() {
      if (isRoot) throw new InvalidOperationException("the root web belongs to its site");
      Close();
    }
    internal void Close() { if (!isDisposed) { isDisposed = true; Watch.Open--; } }
  }

  public class SPSite : Watched, IDisposable {
    internal string url; internal bool readOnly, writeLocked, readLocked, archived, maintenance, isDisposed;
    internal string lockIssue;
    internal SPWebCollection webs = new SPWebCollection();
    internal SPWeb root;
    internal Func<SPWeb> openRoot;
    internal SPSite() { Watch.Opened(); }
    T Live<T>(T value, [CallerMemberName] string member = null) {
      if (isDisposed) throw new ObjectDisposedException("SPSite");
      return Get(value, member);
    }
    public Guid ID { get { return Live(Guid.Empty); } }
    public string Url { get { return Live(url); } }
    public SPWeb RootWeb { get { if (root == null) { root = openRoot(); root.isRoot = true; } return Live(root); } }
    public SPWebCollection AllWebs { get { return Live(webs); } }
    public bool ReadOnly { get { return Live(readOnly); } set { Change(); } }
    public bool WriteLocked { get { return Live(writeLocked); } set { Change(); } }
    public bool IsReadLocked { get { return Live(readLocked); } }
    public bool Archived { get { return Live(archived); } set { Change(); } }
    public bool MaintenanceMode { get { return Live(maintenance); } }
    public string LockIssue { get { return Live(lockIssue); } set { Change(); } }
    public void RefreshEmailEnabledObjects() { Change(); }
    public void Dispose() { if (!isDisposed) { isDisposed = true; Watch.Open--; if (root != null) root.Close(); } }
  }
}

namespace Microsoft.SharePoint.Administration {
  using Spinmail.Tests;

  public enum SPObjectStatus { Online, Disabled, Offline, Unprovisioning, Provisioning, Upgrading }
  public enum SPServerRole { Invalid, WebFrontEnd, Application, SingleServer, SingleServerFarm, DistributedCache, Search, Custom, ApplicationWithSearch, WebFrontEndWithDistributedCache }
  public enum IdentityType { LocalSystem, LocalService, NetworkService, SpecificUser }
  public enum SPJobLockType { None, ContentDatabase, Job }
  public enum SPRunningJobStatus { Scheduled, Initialized, Succeeded, Failed, Retry, Aborted, Pausing, Paused }
  public enum EventSeverity { None = 0, ErrorCritical = 30, Error = 40, Warning = 50, Information = 80, Verbose = 100 }
  public enum TraceSeverity { None = 0, Unexpected = 10, Monitorable = 15, High = 20, Medium = 50, Verbose = 100 }

  public class SPPersistedObject : Watched {
    internal Guid id; internal string name; internal SPObjectStatus status; internal bool needsUpgrade;
    public string Name { get { return Get(name); } set { Change(); } }
    public string DisplayName { get { return Get(name); } }
    public virtual string TypeName { get { return Get(name); } }
    public Guid Id { get { return Get(id); } set { Change(); } }
    public long Version { get { return Get(4711L); } }
    public Hashtable Properties { get { return Get(new Hashtable()); } }
    public SPObjectStatus Status { get { return Get(status); } set { Change(); } }
    public bool NeedsUpgrade { get { return Get(needsUpgrade); } set { Change(); } }
    public virtual void Update() { Change(); }
    public virtual void Update(bool ensure) { Change(); }
    public virtual void Delete() { Change(); }
  }

  public class SPProcessIdentity : SPPersistedObject {
    internal string username; internal IdentityType identityType = IdentityType.SpecificUser; internal Sid sid;
    public string Username { get { return Get(username); } set { Change(); } }
    public IdentityType CurrentIdentityType { get { return Get(identityType); } set { Change(); } }
    public Sid CurrentSecurityIdentifier { get { return Get(sid); } }
    public string Password { get { Watch.Writes.Add("a password was read"); return "secret"; } }
  }
  public class SPApplicationPool : SPProcessIdentity { }

  public class SPJobHistory : Watched {
    internal string server, error; internal DateTime start, end; internal SPRunningJobStatus status = SPRunningJobStatus.Succeeded;
    public DateTime StartTime { get { return Get(start); } }
    public DateTime EndTime { get { return Get(end); } }
    public SPRunningJobStatus Status { get { return Get(status); } }
    public string ServerName { get { return Get(server); } }
    public string ErrorMessage { get { return Get(error); } }
    public string DatabaseName { get { return Get((string) null); } }
  }

  public class SPJobDefinition : SPPersistedObject {
    internal string title; internal bool isDisabled; internal SPJobLockType lockType; internal DateTime lastRun;
    internal SPSchedule schedule; internal IEnumerable<SPJobHistory> history;
    public string Title { get { return Get(title); } set { Change(); } }
    public bool IsDisabled { get { return Get(isDisabled); } set { Change(); } }
    public SPJobLockType LockType { get { return Get(lockType); } }
    public SPSchedule Schedule { get { return Get(schedule); } set { Change(); } }
    public DateTime LastRunTime { get { return Get(lastRun); } }
    public IEnumerable<SPJobHistory> HistoryEntries { get { return Get(history); } }
    public void RunNow() { Change(); }
  }
  public class SPIncomingEmailJobDefinition : SPJobDefinition { }
  public class SPJobDefinitionCollection : Collection<SPJobDefinition> { }

  public class SPServer : SPPersistedObject {
    internal string address; internal SPServerRole role;
    public string Address { get { return Get(address); } set { Change(); } }
    public SPServerRole Role { get { return Get(role); } }
  }

  public class SPService : SPPersistedObject {
    internal SPJobDefinitionCollection jobs = new SPJobDefinitionCollection();
    internal SPServiceInstanceDependencyCollection instances = new SPServiceInstanceDependencyCollection();
    public SPJobDefinitionCollection JobDefinitions { get { return Get(jobs); } }
    public SPServiceInstanceDependencyCollection Instances { get { return Get(instances); } }
  }
  public class SPServiceCollection : Collection<SPService> { }

  public class SPTimerService : SPService {
    internal SPProcessIdentity identity;
    public SPProcessIdentity ProcessIdentity { get { return Get(identity); } }
  }

  public class SPIncomingEmailService : SPService {
    internal bool enabled = true, automatic, directory, remote, authenticated, groups;
    internal string url, serverAddress, displayAddress, dropFolder, aliasPrefix; internal string[] safe;
    public bool Enabled { get { return Get(enabled); } set { Change(); } }
    public bool UseAutomaticSettings { get { return Get(automatic); } set { Change(); } }
    public bool UseDirectoryManagementService { get { return Get(directory); } set { Change(); } }
    public bool RemoteDirectoryManagementService { get { return Get(remote); } set { Change(); } }
    public string DirectoryManagementServiceUrl { get { return Get(url); } set { Change(); } }
    public int DirectoryManagementServiceVersion { get { return Get(0); } set { Change(); } }
    public string ServerAddress { get { return Get(serverAddress); } set { Change(); } }
    public string ServerDisplayAddress { get { return Get(displayAddress); } set { Change(); } }
    public bool DLsRequireAuthenticatedSenders { get { return Get(authenticated); } set { Change(); } }
    public bool DistributionGroupsEnabled { get { return Get(groups); } set { Change(); } }
    public string DropFolder { get { return Get(dropFolder); } set { Change(); } }
    public string AliasPrefix { get { return Get(aliasPrefix); } set { Change(); } }
    public int SmtpInstanceId { get { return Get(1); } set { Change(); } }
    public int MaxServerRelativeFileUrlLength { get { return Get(256); } set { Change(); } }
    public bool Required { get { return Get(false); } }
    public string[] GetIPRestrictionList() { return Get(safe); }
    public void ChangeIPRestrictionList(string[] value) { Change(); }
    public void ScheduleAutomaticSettingsUpdate() { Change(); }
  }

  public class SPServiceInstance : SPPersistedObject {
    internal SPServer server; internal SPService service; internal string typeName;
    public SPServer Server { get { return Get(server); } }
    public SPService Service { get { return Get(service); } }
    public bool Hidden { get { return Get(false); } }
    public override string TypeName { get { return Get(typeName); } }
    public virtual void Provision() { Change(); }
    public virtual void Unprovision() { Change(); }
  }
  public class SPServiceInstanceDependencyCollection : Collection<SPServiceInstance> { }

  public class SPIncomingEmailServiceInstance : SPServiceInstance {
    internal string serverDropFolder, effectiveDropFolder;
    public string ServerDropFolder { get { return Get(serverDropFolder); } set { Change(); } }
    public string EffectiveDropFolder { get { return Get(effectiveDropFolder); } }
    public void GetSettingsFromIis() { Change(); }
    public void ProcessEmail() { Change(); }
  }

  public class SPSiteCollection : Opening<SPSite> { }

  public class SPContentDatabase : SPPersistedObject {
    internal string server; internal bool isReadOnly; internal SPSiteCollection sites = new SPSiteCollection();
    public string Server { get { return Get(server); } }
    public SPSiteCollection Sites { get { return Get(sites); } }
    public int CurrentSiteCount { get { return Get(sites.count); } }
    public bool IsReadOnly { get { return Get(isReadOnly); } }
    public bool NeedsUpgradeIncludeChildren { get { return Get(false); } }
  }
  public class SPContentDatabaseCollection : Collection<SPContentDatabase> { }

  public class SPWebApplication : SPPersistedObject {
    internal string url, incomingAddress; internal bool isAdministration; internal int maximumFileSize = 250;
    internal SPApplicationPool pool; internal SPContentDatabaseCollection databases = new SPContentDatabaseCollection();
    internal Dictionary<string, int> sizes = new Dictionary<string, int>();
    public bool IsAdministrationWebApplication { get { return Get(isAdministration); } set { Change(); } }
    public string IncomingEmailServerAddress { get { return Get(incomingAddress); } set { Change(); } }
    public int MaximumFileSize { get { return Get(maximumFileSize); } set { Change(); } }
    public IDictionary<string, int> MaximumFileSizePerExtension { get { return Get(sizes); } }
    public SPApplicationPool ApplicationPool { get { return Get(pool); } set { Change(); } }
    public SPContentDatabaseCollection ContentDatabases { get { return Get(databases); } }
    public Uri GetResponseUri(SPUrlZone zone) { return new Uri(Get(url)); }
  }

  public class SPFarm : SPPersistedObject {
    internal Version build; internal SPTimerService timer; internal SPServiceCollection services = new SPServiceCollection();
    public Version BuildVersion { get { return Get(build); } }
    public SPTimerService TimerService { get { return Get(timer); } }
    public SPServiceCollection Services { get { return Get(services); } }
    public bool CurrentUserIsAdministrator() { return Get(true); }
  }

  public class SPServerProductInfo : Watched {
    public enum StatusType { InstallRequired, UpgradeInProgress, UpgradeBlocked, UpgradeRequired, UpgradeAvailable, NoActionRequired, Unknown }
    public StatusType InstallStatus { get { return Get(StatusType.NoActionRequired); } }
    public StatusType GetUpgradeStatus(SPFarm farm, SPServer server) { return Get(StatusType.NoActionRequired); }
  }
  public class SPProductVersions : Watched {
    public static SPProductVersions GetProductVersions(SPFarm farm) { return new SPProductVersions(); }
    public SPServerProductInfo GetServerProductInfo(Guid id) { return Get(new SPServerProductInfo()); }
  }

  public class SPDiagnosticsCategory : Watched {
    internal EventSeverity eventSeverity = EventSeverity.Information;
    public EventSeverity EventSeverity { get { return Get(eventSeverity); } set { Change(); } }
    public TraceSeverity TraceSeverity { get { return Get(TraceSeverity.Medium); } set { Change(); } }
  }
}

namespace Spinmail.Tests {
  using Microsoft.SharePoint;
  using Microsoft.SharePoint.Administration;

  // What SharePoint 2016 and later add.
  public class SPServer2016 : SPServer {
    internal bool? compliant = true;
    public bool? CompliantWithMinRole { get { return Get(compliant); } }
  }
  public class SPIncomingEmailService2016 : SPIncomingEmailService {
    public bool AutoProvision { get { return Get(true); } set { Change(); } }
    public bool? CompliantWithMinRole { get { return Get((bool?) true); } }
  }

  // A farm of two SharePoint servers and a database server, in the states that the tests need.
  public class TestFarm {
    public SPFarm Farm; public List<SPServer> Servers = new List<SPServer>();
    public SPIncomingEmailService Service; public List<SPServiceInstance> Instances = new List<SPServiceInstance>();
    public List<SPWebApplication> Applications = new List<SPWebApplication>();
    public SPDiagnosticsCategory LogLevel = new SPDiagnosticsCategory();
    internal SPIncomingEmailJobDefinition job;
    internal string[] words = { "Documents", "Discussions", "Calendar" };
    // The moment at which the tests take place.
    public static readonly DateTime Now = new DateTime(2026, 11, 30, 10, 0, 30, DateTimeKind.Utc);

    static Guid Number(int n) { return new Guid(n, 0, 0, new byte[8]); }

    public TestFarm(string product) {
      string[] builds = { "15.0.4805.1000", "16.0.4456.1000", "16.0.10337.12109", "16.0.18526.20508" };
      int index = Array.IndexOf(new[] { "2013", "2016", "2019", "subscription" }, product);
      bool isOld = index == 0;
      Farm = new SPFarm { name = "SharePoint_Config", id = Number(1), build = new Version(builds[index]) };
      Farm.timer = new SPTimerService { name = "SPTimerV4", identity = new SPProcessIdentity {
        username = @"FABRIKAM\sp_farm", sid = new Sid { text = "S-1-5-21-1-2-3-1104" } } };
      AddServer(isOld, "SP1", SPServerRole.Application, 2);
      AddServer(isOld, "SP2", SPServerRole.Application, 3);
      AddServer(isOld, "SQL1", SPServerRole.Invalid, 4);

      Service = isOld ? new SPIncomingEmailService() : new SPIncomingEmailService2016();
      Service.id = Number(5);
      Service.name = "";
      Service.automatic = isOld;
      Service.displayAddress = "sharepoint.fabrikam.com";
      Service.serverAddress = "sharepoint.fabrikam.com";
      Service.dropFolder = @"C:\inetpub\mailroot\drop";
      Service.safe = isOld ? new[] { "192.0.2.25" } : new string[0];
      Farm.services.items.Add(Farm.timer);
      Farm.services.items.Add(Service);
      foreach (SPServer server in Servers.Take(2)) {
        var instance = new SPIncomingEmailServiceInstance { server = server, service = Service, id = Number(10 + Instances.Count),
          typeName = "Microsoft SharePoint Foundation Incoming E-Mail", effectiveDropFolder = Service.dropFolder,
          serverDropFolder = isOld ? Service.dropFolder : null };
        Instances.Add(instance);
        Service.instances.items.Add(instance);
      }
      Instances.Add(new SPServiceInstance { server = Servers[0], service = Farm.timer, typeName = "Timer" });

      job = new SPIncomingEmailJobDefinition { name = "job-email-delivery", title = "Microsoft SharePoint Foundation Incoming E-Mail",
        lastRun = Now.AddSeconds(-30), schedule = new SPMinuteSchedule { text = "every 1 minutes between 0 and 59" } };
      job.lastRun = DateTime.SpecifyKind(job.lastRun, DateTimeKind.Unspecified);
      Service.jobs.items.Add(job);
      SetHistory(3, TimeSpan.Zero, true);

      AddApplication("SharePoint Central Administration v4", "http://sp1:2013/", @"FABRIKAM\sp_farm", "1104", "SharePoint_AdminContent");
      Applications[0].isAdministration = true;
      AddSites("SharePoint_AdminContent", 1, 1, 0);
      AddApplication("Intranet", "http://intranet.fabrikam.com/", @"FABRIKAM\sp_web", "1105", "WSS_Content");
      Applications[1].sizes["iso"] = 2047;
      AddSites("WSS_Content", 3, 2, 2);
    }

    void AddServer(bool isOld, string address, SPServerRole role, int number) {
      SPServer server = isOld ? new SPServer() : new SPServer2016();
      server.address = address; server.name = address; server.role = role; server.id = Number(number);
      Servers.Add(server);
    }

    void AddApplication(string name, string url, string user, string rid, string database) {
      var pool = new SPApplicationPool { name = name + " pool", username = user, sid = new Sid { text = "S-1-5-21-1-2-3-" + rid } };
      var application = new SPWebApplication { name = name, url = url, pool = pool, id = Number(20 + Applications.Count) };
      application.databases.items.Add(new SPContentDatabase { name = database, server = "SQL1", id = Number(30 + Applications.Count) });
      Applications.Add(application);
    }

    internal SPContentDatabase Database(string name) {
      return Applications.SelectMany(a => a.databases.items).Single(d => d.name == name);
    }

    // Gives a database so many sites, each of them so many webs, each of them so many lists with an alias, and one without.
    public void AddSites(string database, int sites, int webs, int lists) {
      SPSiteCollection all = Database(database).sites;
      all.count = sites;
      all.open = s => {
        string url = "http://intranet.fabrikam.com/sites/" + database.ToLowerInvariant() + s;
        var site = new SPSite { url = url };
        Func<int, SPWeb> open = w => {
          var web = new SPWeb { url = w == 0 ? url : url + "/web" + w };
          if (w == 0 && lists > 0) AddGroups(web, s);
          web.lists.count = lists + 1;
          web.lists.open = l => l == lists ? new SPList { title = "Tasks", id = Number(99) } : NewList(s, w, l);
          return web;
        };
        site.webs.count = webs;
        site.webs.open = open;
        site.openRoot = () => open(0);
        if (s == 2) { site.readOnly = true; site.lockIssue = "moved"; }
        return site;
      };
    }

    SPList NewList(int site, int web, int number) {
      var list = new SPList { title = words[number % words.Length] + " " + number, id = Number(1000 + number),
        alias = string.Format(CultureInfo.InvariantCulture, "docs-{0}-{1}-{2}", site, web, number) };
      list.folder.properties["vti_emailusesecurity"] = 1;
      list.folder.properties["vti_emailattachmentfolders"] = "root";
      list.folder.properties["vti_emailsaveoriginal"] = "0";
      list.folder.properties["vti_title"] = "not of interest";
      return list;
    }

    void AddGroups(SPWeb web, int site) {
      web.groups.items.Add(new SPGroup { name = "Visitors" });
      if (site == 0) web.groups.items.Add(new SPGroup { name = "Team", alias = "team", email = "team@sharepoint.fabrikam.com" });
      if (site == 1) web.groups.items.Add(new SPGroup { name = "Waiting", alias = "waiting", pending = new SPDistributionGroupJobData() });
      if (site == 1) web.groups.items.Add(new SPGroup { name = "Failed", alias = "failed", error = "DuplicateAlias" });
    }

    // The history of the delivery job: a run a minute and server, with times so far from UTC.
    public void SetHistory(int minutes, TimeSpan offset, bool newestFirst, int silentMinutes = 0) {
      var entries = new List<SPJobHistory>();
      for (int m = 0; m < minutes; m++) {
        foreach (string server in new[] { "SP1", "SP2" }) {
          DateTime end = DateTime.SpecifyKind(Now.AddSeconds(-20).AddMinutes(-m - silentMinutes) + offset, DateTimeKind.Unspecified);
          entries.Add(new SPJobHistory { server = server, start = end.AddSeconds(-2), end = end });
        }
      }
      if (!newestFirst) entries.Reverse();
      job.history = entries;
    }

    public void SetLastRun(TimeSpan offset, DateTimeKind kind, int silentMinutes = 0) {
      job.lastRun = DateTime.SpecifyKind(Now.AddSeconds(-22).AddMinutes(-silentMinutes) + offset, kind);
    }
    public void SetHistoryKind(DateTimeKind kind) {
      job.history = job.history.Select(h => new SPJobHistory { server = h.server, start = DateTime.SpecifyKind(h.start, kind), end = DateTime.SpecifyKind(h.end, kind) }).ToList();
    }

    public void StopService(string server) { Instances.First(i => i.server.address == server).status = SPObjectStatus.Disabled; }
    public void DisableJob() { job.isDisabled = true; }
    public void RemoveJob() { Service.enabled = false; Service.jobs.items.Clear(); }
    public void RemoveInstances() { Instances.Clear(); Service.instances.items.Clear(); }
    public void SetSafeServers(string[] safe) { Service.safe = safe; }
    public void SetEventSeverity(EventSeverity severity) { LogLevel.eventSeverity = severity; }
    public void Deny(string database) { Database(database).sites.error = new System.Data.SqlClient.SqlException("Cannot open database \"" + database + "\".", 4060); }
    public void LockSite(string database) {
      Func<int, SPSite> open = Database(database).sites.open;
      Database(database).sites.open = s => { SPSite site = open(s); site.readLocked = s == 1; return site; };
    }
    public void BreakSite(string database) {
      Func<int, SPSite> open = Database(database).sites.open;
      Database(database).sites.open = s => { if (s == 1) throw new UnauthorizedAccessException("0x80070005"); return open(s); };
    }
    public void BreakWeb(string database) {
      Func<int, SPSite> open = Database(database).sites.open;
      Database(database).sites.open = s => {
        SPSite site = open(s);
        Func<int, SPWeb> web = site.webs.open;
        site.webs.open = w => { if (w == 1) throw new System.IO.FileNotFoundException("web"); return web(w); };
        return site;
      };
    }
    // Names as a German farm has them, with what JSON and ASCII must escape.
    public void Localize() {
      words = new[] { "Dokumente f\u00fcr \u00c4rzte", "\u0130stanbul \u2028\"\\", "Pl\u00e4ne \ud83d\udcc5 \ud83d" };
      foreach (SPServiceInstance instance in Instances) instance.typeName = "Microsoft SharePoint Foundation: eingehende E-Mail";
      job.title = "Microsoft SharePoint Foundation: eingehende E-Mail";
      Applications[0].name = "SharePoint-Zentraladministration v4";
      Database("SharePoint_AdminContent").sites.error = new UnauthorizedAccessException("Zugriff verweigert (f\u00fcr sp_web)");
    }
  }
}
