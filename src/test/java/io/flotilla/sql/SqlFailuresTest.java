package io.flotilla.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.failure.FlotillaException;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SqlFailuresTest {
    @ParameterizedTest
    @CsvSource({
        "1049, 42000, NOT_FOUND, 404",
        "1146, 42S02, NOT_FOUND, 404",
        "1062, 23000, REJECTED, 409",
        "1452, 23000, REJECTED, 409",
        "1048, 23000, REJECTED, 409",
        "4025, 23000, REJECTED, 409",
        "1052, 23000, REJECTED, 400",
        "1054, 42S22, REJECTED, 400",
        "1064, 42000, REJECTED, 400",
        "1366, 22007, REJECTED, 400",
        "1213, 40001, CONFLICT, 409",
        "1205, HY000, CONFLICT, 409",
        "1020, HY000, CONFLICT, 409",
        "1044, 42000, FORBIDDEN, 403",
        "1142, 42000, FORBIDDEN, 403",
        "1143, 42000, FORBIDDEN, 403",
        "1227, 42000, FORBIDDEN, 403",
        "1040, 08004, OVERLOADED, 429",
        "1226, 42000, OVERLOADED, 429"
    })
    void saysTheServersErrorInTheWordsOfTheContract(
            int errno, String state, String failure, int status) {
        FlotillaException e =
                SqlFailures.of(new SQLException("(conn=12) No, thank you", state, errno));

        assertThat(e.failure()).hasToString(failure);
        assertThat(e.status()).isEqualTo(status);
        assertThat(e.message()).isEqualTo("No, thank you");
        assertThat(e.sqlState()).contains(state);
        assertThat(e.errno()).isEqualTo(errno);
    }

    @ParameterizedTest
    @CsvSource({"3, OVERLOADED", "1026, OVERLOADED", "1030, OVERLOADED", "1644, REJECTED"})
    void aDiskWithoutRoomIsNoFaultOfTheStatement(int errno, String failure) {
        String said =
                "(conn=12) Error writing file './d/#sql-alter-2f34-3f.frm' (Errcode: 28 \"No space left on device\")";
        FlotillaException e = SqlFailures.of(new SQLException(said, "HY000", errno));

        assertThat(e.failure()).hasToString(failure);
    }

    @ParameterizedTest
    @CsvSource({
        "1005, Can't create table `a`.`b` (errno: 135 \"No more room in record file\"), OVERLOADED",
        "1114, The table 'b' is full, OVERLOADED",
        "1644, (errno: 135 \"No more room in record file\"), REJECTED",
        "1005, Can't create table `a`.`b` (errno: 150 \"Foreign key constraint is incorrectly formed\"), REJECTED"
    })
    void aFileThatCannotGrowIsNoFaultOfTheStatement(int errno, String said, String failure) {
        FlotillaException e = SqlFailures.of(new SQLException(said, "HY000", errno));

        assertThat(e.failure()).hasToString(failure);
    }

    @Test
    void knowsALostSession() {
        assertThat(SqlFailures.sessionLost(new SQLException("gone", "08000", 0))).isTrue();
        assertThat(SqlFailures.sessionLost(new SQLException("killed", "70100", 1927))).isTrue();
        assertThat(SqlFailures.sessionLost(new SQLException("going", "08S01", 1053))).isTrue();
        assertThat(SqlFailures.sessionLost(new SQLException("no", "42000", 1064))).isFalse();
        assertThat(SqlFailures.fromServer(new SQLException("driver", "HY000", 0))).isFalse();
    }
}
