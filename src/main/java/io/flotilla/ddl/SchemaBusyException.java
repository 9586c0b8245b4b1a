package io.flotilla.ddl;

import java.sql.SQLException;

/// The schema could not be read in time: another session holds the metadata lock of an object. Nothing has changed; ask
/// again.
public final class SchemaBusyException extends SQLException {
    private static final long serialVersionUID = 1L;

    SchemaBusyException(String message, int vendorCode) {
        super(message, "HY000", vendorCode);
    }
}
