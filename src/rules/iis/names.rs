//! Whether the metabase is that of the server.

use super::view::judge_virtual_servers;
use crate::farm::Server;
use crate::farm::values::ServerName;
use crate::remedy::AdminRole;
use crate::rules::{Case, Finding, Outcome, RuleResult};
use iis_metabase::FULLY_QUALIFIED_DOMAIN_NAME;

pub(super) fn foreign(case: &Case<'_>) -> Vec<RuleResult> {
    judge_virtual_servers(case, |view| {
        let Some(name) = view.virtual_server.fully_qualified_domain_name() else {
            return Outcome::not_applicable("the metabase does not hold the machine's name");
        };
        if ServerName::same(name, view.server.name()) {
            return Outcome::pass();
        }
        let mut servers = case.farm.servers.iter().map(Server::name);
        let Some(other) = servers.find(|other| ServerName::same(other, name)) else {
            return Outcome::pass();
        };
        let message = format!(
            "`{}` calls itself `{other}`, which is another server of the farm",
            view.name()
        );
        let remedy = "If this MetaBase.xml was copied from that server, run `spinmail gather iis` \
                      on this one. If not, correct the fully qualified domain name (IIS 6.0 \
                      Manager, the virtual server's properties, Delivery, Advanced)";
        let expected = format!(
            "the name of `{}`, or a name that no other server has",
            view.server.name()
        );
        Outcome::Fail(
            Finding::for_role(AdminRole::Server, message, remedy)
                .with_evidence([view.evidence(FULLY_QUALIFIED_DOMAIN_NAME, expected)]),
        )
    })
}
