//! Reads the SMTP service's part of an IIS 6 metabase, and the relay lists in it.
//!
//! ```text
//! MetaBase.xml ─▶ read ─▶ Metabase ─▶ VirtualServer ─▶ bindings, folders, domains, sizes, flags
//!                                            └───────▶ relay_list: who may relay, who may connect
//! ```
//!
//! Up to its last version, the SMTP service of Windows Server keeps its configuration in the IIS 6
//! metabase. This crate reads the keys under `/LM/SmtpSvc` and interprets their values: inheritance
//! from the service to its virtual servers, the schema's defaults, the kinds of domains, and the
//! undocumented binary relay lists. It is pure, and reading never panics: a metabase may be
//! hostile.
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
//! // Mail for an alias domain is written to the drop directory.
//! let domain = &server.server.domains[0];
//! let action = server.route_action(domain).map_err(|why| why.message)?;
//! assert!(action.kind().is_local());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Sources: Microsoft's reference of the metabase properties. Numbers in the documentation of an
//! item, such as cc757175, ms525280 and KB 321757, are those of its pages. Where the reference is
//! silent, the source is files and scripts in use, and the documentation of the item says that it
//! is inferred.

#![forbid(unsafe_code)]
#![warn(missing_docs)]
#![cfg_attr(test, allow(clippy::shadow_unrelated, clippy::string_slice))]
pub mod error;
mod metabase;
pub mod relay_list;

pub use error::{MetabaseError, RelayListError, ValueError};
pub use metabase::*;
