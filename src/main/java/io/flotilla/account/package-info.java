/// The accounts of clients: the server's own, made and given rights by us alone.
///
/// Nobody else may: whoever can CREATE USER, or holds a right on everything, can take over the accounts this node uses
/// itself, and with them what Raft has promised (ADR 0013). So [Accounts] takes a checked [AccountName], [Password] and
/// set of [Right]s, makes statements of them ([AccountStatements]) and runs them where this node leads; they reach the
/// other nodes as every write does. [FirstAdministrator] makes the first one from the configuration.
///
/// It knows neither HTTP nor who asks.
@NullMarked
package io.flotilla.account;

import org.jspecify.annotations.NullMarked;
