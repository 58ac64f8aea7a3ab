//! The SMTP service's part of an IIS 6 metabase, and the relay lists in it.
//!
//! ```text
//! MetaBase.xml ─▶ read ─▶ Metabase ─▶ VirtualServer ─▶ bindings, folders, domains, sizes, flags
//!                                            └───────▶ relay_list: who may relay, who may connect
//! ```
//!
//! The SMTP service of Windows Server is configured by the IIS 6 metabase up to its last version.
//! This crate reads its keys `/LM/SmtpSvc` and says what their values mean: inheritance from the
//! service to its virtual servers, the schema's defaults, the kinds of domains, and the undocumented
//! binary relay lists. It is pure, and reading never panics: a metabase may be hostile.
//!
//! ```
//! let file = br#"<configuration xmlns="urn:microsoft-catalog:XML_Metabase_V64_0"><MBProperty>
//!     <IIsSmtpServer Location="/LM/SmtpSvc/1" DropDirectory="C:\inetpub\mailroot\Drop"/>
//!     <IIsSmtpDomain Location="/LM/SmtpSvc/1/Domain/example.com" RouteAction="16"/>
//! </MBProperty></configuration>"#;
//! let metabase = iis_metabase::read(file)?;
//! let server = metabase.virtual_servers().next().ok_or("no virtual server")?;
//! assert_eq!(server.drop_directory(), Some(r"C:\inetpub\mailroot\Drop"));
//!
//! // Mail for an alias domain is put into the drop directory.
//! let domain = &server.server.domains[0];
//! let action = server.route_action(domain).map_err(|why| why.message)?;
//! assert!(action.kind().is_local());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Sources: Microsoft's reference of the metabase's properties (numbers such as cc757175, ms525280
//! and KB 321757 in the items' documentation are those of its pages), and, where it is silent, what
//! files and scripts in use hold; the documentation of an item says what is inferred.

#![forbid(unsafe_code)]
#![warn(missing_docs)]
#![cfg_attr(test, allow(clippy::shadow_unrelated, clippy::string_slice))]
pub mod error;
mod metabase;
pub mod relay_list;

pub use error::{MetabaseError, RelayListError, ValueError};
pub use metabase::*;
