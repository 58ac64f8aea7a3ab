//! A metabase's SMTP keys in the facts file.
//!
//! [`wire`] has the form of the file, including fields that this program does not know; the rules
//! use its [`Metabase`].

use iis_metabase::Metabase;
use serde::{Deserialize, Serialize};

/// The SMTP keys of a metabase, in the facts file's form and in the rules' form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "wire::Metabase", into = "wire::Metabase")]
pub struct RecordedMetabase {
    wire: wire::Metabase,
    metabase: Metabase,
}

impl RecordedMetabase {
    /// Returns the keys.
    pub fn keys(&self) -> &Metabase {
        &self.metabase
    }
}

impl From<Metabase> for RecordedMetabase {
    fn from(metabase: Metabase) -> Self {
        Self {
            wire: (&metabase).into(),
            metabase,
        }
    }
}

impl From<wire::Metabase> for RecordedMetabase {
    fn from(wire: wire::Metabase) -> Self {
        Self {
            metabase: (&wire).into(),
            wire,
        }
    }
}

impl From<RecordedMetabase> for wire::Metabase {
    fn from(seen: RecordedMetabase) -> Self {
        seen.wire
    }
}

/// The form in the facts file. Its names and comments become those of the schema.
pub(super) mod wire {
    use crate::facts::Unknown;
    use serde::{Deserialize, Serialize};
    use std::collections::BTreeMap;

    /// The SMTP keys of a metabase, as they are in the file.
    #[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
    #[serde(
        rename_all = "kebab-case",
        expecting = "the SMTP keys of a metabase, an object"
    )]
    #[cfg_attr(test, derive(schemars::JsonSchema))]
    pub struct Metabase {
        /// The encoding it was read in, such as `UTF-8`.
        #[cfg_attr(test, schemars(extend("holds" = "plain")))]
        encoding: String,
        /// The key `/LM/SmtpSvc`; none if the SMTP service is not installed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(test, schemars(schema_with = "properties"))]
        service: Option<Properties>,
        /// By number.
        servers: Vec<Server>,
        /// Unusual things about the file, one sentence each.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        odd: Vec<String>,
        /// Fields from a later version of this program, here and below.
        #[serde(flatten)]
        unknown: Unknown,
    }

    type Properties = BTreeMap<String, Property>;

    /// A value as it is in the file.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
    #[serde(
        rename_all = "kebab-case",
        expecting = "a value of a metabase, an object"
    )]
    #[cfg_attr(test, derive(schemars::JsonSchema))]
    struct Property {
        /// The attribute's text. XML has turned its line breaks into spaces, unless they were
        /// written as `&#xA;`.
        raw: String,
        /// The line it begins in, from 1.
        line: u32,
        /// Keys below do not inherit it (a `Custom` whose `Attributes` lack `INHERIT`).
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        private: bool,
        #[serde(flatten)]
        unknown: Unknown,
    }

    /// The key of a virtual server, `/LM/SmtpSvc/<number>`.
    #[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
    #[serde(rename_all = "kebab-case", expecting = "a virtual server, an object")]
    #[cfg_attr(test, derive(schemars::JsonSchema))]
    struct Server {
        number: u32,
        /// Only its own values; see `iis_metabase::VirtualServer::get`.
        #[cfg_attr(test, schemars(schema_with = "properties"))]
        properties: Properties,
        /// In the file's order.
        domains: Vec<Domain>,
        #[serde(flatten)]
        unknown: Unknown,
    }

    /// The key of a domain, `/LM/SmtpSvc/<number>/Domain/<name>`.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
    #[serde(rename_all = "kebab-case", expecting = "a domain, an object")]
    #[cfg_attr(test, derive(schemars::JsonSchema))]
    struct Domain {
        /// As in the `Location`, in any case.
        #[cfg_attr(test, schemars(extend("holds" = "name")))]
        name: String,
        /// The line its key begins in, from 1.
        line: u32,
        #[cfg_attr(test, schemars(schema_with = "properties"))]
        properties: Properties,
        #[serde(flatten)]
        unknown: Unknown,
    }

    #[cfg(test)]
    use schema::properties;

    impl From<&iis_metabase::Metabase> for Metabase {
        fn from(metabase: &iis_metabase::Metabase) -> Self {
            Self {
                encoding: metabase.encoding.clone(),
                service: metabase.service.as_ref().map(properties_to_wire),
                servers: metabase.servers.iter().map(Into::into).collect(),
                odd: metabase.odd.clone(),
                unknown: Unknown::new(),
            }
        }
    }

    impl From<&iis_metabase::Server> for Server {
        fn from(server: &iis_metabase::Server) -> Self {
            Self {
                number: server.number,
                properties: properties_to_wire(&server.properties),
                domains: server.domains.iter().map(Into::into).collect(),
                unknown: Unknown::new(),
            }
        }
    }

    impl From<&iis_metabase::Domain> for Domain {
        fn from(domain: &iis_metabase::Domain) -> Self {
            Self {
                name: domain.name.clone(),
                line: domain.line,
                properties: properties_to_wire(&domain.properties),
                unknown: Unknown::new(),
            }
        }
    }

    fn properties_to_wire(properties: &iis_metabase::Properties) -> Properties {
        let to_wire = properties.iter().map(|(name, property)| {
            let iis_metabase::Property { raw, line, private } = property.clone();
            let on_wire = Property {
                raw,
                line,
                private,
                unknown: Unknown::new(),
            };
            (name.clone(), on_wire)
        });
        to_wire.collect()
    }

    impl From<&Metabase> for iis_metabase::Metabase {
        fn from(wire: &Metabase) -> Self {
            Self {
                encoding: wire.encoding.clone(),
                service: wire.service.as_ref().map(properties_from_wire),
                servers: wire.servers.iter().map(Into::into).collect(),
                odd: wire.odd.clone(),
            }
        }
    }

    impl From<&Server> for iis_metabase::Server {
        fn from(wire: &Server) -> Self {
            Self {
                number: wire.number,
                properties: properties_from_wire(&wire.properties),
                domains: wire.domains.iter().map(Into::into).collect(),
            }
        }
    }

    impl From<&Domain> for iis_metabase::Domain {
        fn from(wire: &Domain) -> Self {
            Self {
                name: wire.name.clone(),
                line: wire.line,
                properties: properties_from_wire(&wire.properties),
            }
        }
    }

    fn properties_from_wire(properties: &Properties) -> iis_metabase::Properties {
        let from_wire = properties.iter().map(|(name, property)| {
            let property = iis_metabase::Property {
                raw: property.raw.clone(),
                line: property.line,
                private: property.private,
            };
            (name.clone(), property)
        });
        from_wire.collect()
    }

    #[cfg(test)]
    mod schema {
        use super::Property;
        use iis_metabase::{
            AUTH_FLAGS, CONNECT_RESPONSE, HOP_COUNT, IP_SECURITY, KEYS, Key, MAX_MESSAGE_SIZE,
            MAX_SESSION_SIZE, RELAY_FOR_AUTH, RELAY_IP_LIST, REMOTE_RETRIES, ROUTE_ACTION,
            SERVER_AUTO_START, SERVER_STATE, SMART_HOST_TYPE, SMTP_DISABLE_RELAY,
            SMTP_IP_RESTRICTION_FLAG,
        };
        use schemars::{Schema, SchemaGenerator, json_schema};
        use serde_json::{Map, json};

        /// Returns the schema of a key's values, with the kind of each for the redaction.
        pub(super) fn properties(generator: &mut SchemaGenerator) -> Schema {
            let property = generator.subschema_for::<Property>();
            let mut known = Map::new();
            for key in KEYS {
                let schema = json!({"allOf": [property], "holds": holds(*key)});
                known.insert(key.name.to_owned(), schema);
            }
            json_schema!({"type": "object", "properties": known, "additionalProperties": property})
        }

        /// Returns the kind of a key's values, for the redaction.
        fn holds(key: Key) -> &'static str {
            match key {
                RELAY_IP_LIST | IP_SECURITY => "relay-list",
                AUTH_FLAGS
                | HOP_COUNT
                | MAX_MESSAGE_SIZE
                | MAX_SESSION_SIZE
                | REMOTE_RETRIES
                | RELAY_FOR_AUTH
                | ROUTE_ACTION
                | SERVER_AUTO_START
                | SERVER_STATE
                | SMART_HOST_TYPE
                | SMTP_DISABLE_RELAY
                | SMTP_IP_RESTRICTION_FLAG => "flags",
                CONNECT_RESPONSE => "text",
                _ => "name",
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_with_unknown_fields_keep_them() {
        let json = r#"{"encoding":"UTF-8","service":{"DropDirectory":{"raw":"E:\\Drop","line":7,"private":true,"a":1}},"servers":[{"number":1,"properties":{},"domains":[{"name":"x.org","line":3,"properties":{},"b":2}],"c":3}],"d":4}"#;
        let seen: RecordedMetabase = serde_json::from_str(json).unwrap();
        assert_eq!(serde_json::to_string(&seen).unwrap(), json);
        let [server] = &seen.keys().servers[..] else {
            panic!("{seen:?}")
        };
        assert_eq!((server.number, server.domains[0].line), (1, 3));
        let service = seen.keys().service.as_ref().unwrap();
        assert!(service["DropDirectory"].private);
    }

    #[test]
    fn metabase_comes_back_from_facts() {
        let file = include_bytes!("../../../crates/iis-metabase/tests/samples/several-servers.xml");
        let metabase = iis_metabase::read(file).unwrap();
        let json = serde_json::to_string(&RecordedMetabase::from(metabase.clone())).unwrap();
        let again: RecordedMetabase = serde_json::from_str(&json).unwrap();
        assert_eq!(again.keys(), &metabase);
        let value = r#""DropDirectory":{"raw":"E:\\Drop","line":"#;
        assert!(json.contains(value), "{json}");
    }
}
