package io.flotilla.sql;

/// What an account is, as the server says.
///
/// @param account its name and host, as in `shop@%`; empty for the node's own
/// @param operator whether it is an administrator: it holds rights on all databases, which nobody else can be given
public record Access(String account, boolean operator) {
    /// Of a request that need not say who it is from, where that is so.
    public static final Access NODE = new Access("", true);
}
