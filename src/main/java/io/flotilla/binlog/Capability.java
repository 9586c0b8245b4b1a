package io.flotilla.binlog;

/// The flags in which client and server say what they can do (`include/mysql_com.h`); only those that are used here.
final class Capability {
    static final long LONG_PASSWORD = 1;
    static final long LONG_FLAG = 4;
    static final long CONNECT_WITH_DB = 8;
    static final long COMPRESS = 32;
    static final long PROTOCOL_41 = 1 << 9;
    static final long SSL = 1 << 11;
    static final long TRANSACTIONS = 1 << 13;
    static final long SECURE_CONNECTION = 1 << 15;
    static final long PLUGIN_AUTH = 1 << 19;
    static final long CONNECT_ATTRS = 1 << 20;
    static final long PLUGIN_AUTH_LENENC = 1 << 21;

    private Capability() {}
}
