//! Reads a metabase and every value in it.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(metabase) = iis_metabase::read(bytes) else {
        return;
    };
    for server in metabase.virtual_servers() {
        let _ = (
            server.bindings(),
            server.max_message_size(),
            server.auth_flags(),
        );
        let _ = (server.auto_start(), server.state(), server.default_domain());
        let _ = (server.relay_list(), server.access_list());
        for domain in &server.server.domains {
            let _ = server.route_action(domain);
        }
    }
});
