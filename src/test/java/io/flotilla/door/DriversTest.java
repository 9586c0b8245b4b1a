package io.flotilla.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mysql.cj.jdbc.JdbcConnection;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The less common parts of the protocol that drivers, pools and ORMs use, through the doors of either node.
class DriversTest extends DoorsUnderTest {
    private Connection mySql(By by, String database, String options) throws SQLException {
        Connection connection =
                DriverManager.getConnection(
                        "jdbc:mysql://127.0.0.1:"
                                + port(by)
                                + "/"
                                + database
                                + "?user=app&password=secret&sslMode=DISABLED&allowPublicKeyRetrieval=true"
                                + options);
        open.push(connection);
        return connection;
    }

    @ParameterizedTest
    @EnumSource
    void changeUserOnAnOpenConnection(By by) throws Exception {
        JdbcConnection client = mySql(by, "", "").unwrap(JdbcConnection.class);
        run(client, "SET @kept = 1");

        client.changeUser("other", "secret");

        assertThat(value(client, "SELECT CURRENT_USER()")).isEqualTo("other@%");
        assertThat(value(client, "SELECT @kept")).isNull();
        assertThatThrownBy(() -> client.changeUser("flotilla_admin", "secret"))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getErrorCode()).isEqualTo(1045));
    }

    @ParameterizedTest
    @EnumSource
    void resetAConnection(By by) throws Exception {
        JdbcConnection client = mySql(by, "", "").unwrap(JdbcConnection.class);
        run(client, "SET @kept = 1");
        run(client, "CREATE TEMPORARY TABLE shop.mine (a INT)");

        client.resetServerState();

        assertThat(value(client, "SELECT @kept")).isNull();
        assertThatThrownBy(() -> run(client, "SELECT * FROM shop.mine"))
                .isInstanceOf(SQLException.class);
    }

    @ParameterizedTest
    @EnumSource
    void askForCompressionAndDoWithout(By by) throws Exception {
        assertThat(value(connect(port(by), "app", "&useCompression=true"), "SELECT 1"))
                .isEqualTo("1");
        assertThat(value(mySql(by, "", "&useCompression=true"), "SELECT 1")).isEqualTo("1");
    }

    @ParameterizedTest
    @EnumSource
    void sendSeveralStatementsInOne(By by) throws Exception {
        Connection client = connect(port(by), "app", "&allowMultiQueries=true");
        List<String> results = new ArrayList<>();
        try (Statement statement = client.createStatement()) {
            boolean more = statement.execute("SELECT 1; DO 2; SELECT 'KILL 3'");
            while (more || statement.getUpdateCount() >= 0) {
                if (more) {
                    results.add(first(statement.getResultSet()));
                }
                more = statement.getMoreResults();
            }
            assertThat(results).containsExactly("1", "KILL 3");

            assertThatThrownBy(
                            () -> {
                                statement.execute("SELECT 1; SELECT * FROM shop.nothing; SELECT 3");
                                statement.getMoreResults();
                            })
                    .isInstanceOf(SQLException.class);
        }
        assertThat(value(client, "SELECT 4")).isEqualTo("4");
    }

    @ParameterizedTest
    @EnumSource
    void getTheResultsAndParametersOfAProcedure(By by) throws Exception {
        Connection client = mySql(by, "shop", "");
        run(
                client,
                "CREATE OR REPLACE PROCEDURE shop.twice(IN a INT, OUT b INT, INOUT c INT)"
                        + " BEGIN SELECT a; SET b = 2 * a, c = c + 1; END");
        try (CallableStatement call = client.prepareCall("{CALL shop.twice(?, ?, ?)}")) {
            call.setInt(1, 4);
            call.registerOutParameter(2, Types.INTEGER);
            call.setInt(3, 9);
            call.registerOutParameter(3, Types.INTEGER);

            assertThat(call.execute()).isTrue();

            assertThat(first(call.getResultSet())).isEqualTo("4");
            assertThat(call.getInt(2)).isEqualTo(8);
            assertThat(call.getInt(3)).isEqualTo(10);
        }
    }

    @ParameterizedTest
    @EnumSource
    void fetchThroughACursorOfTheServer(By by) throws Exception {
        Connection client = mySql(by, "shop", "&useServerPrepStmts=true&useCursorFetch=true");
        long sum = 0;
        try (PreparedStatement select =
                client.prepareStatement("SELECT seq FROM seq_1_to_5000 WHERE seq > ?")) {
            select.setFetchSize(100);
            select.setInt(1, 0);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    sum += rows.getLong(1);
                }
            }
        }
        assertThat(sum).isEqualTo(5000L * 5001 / 2);
    }

    @ParameterizedTest
    @EnumSource
    void bindAsManyParametersAsTheServerTakes(By by) throws Exception {
        Connection client = connect(port(by), "app", "&useServerPrepStmts=true");
        int most = 65_535;
        String marks = String.join(",", Collections.nCopies(most, "?"));
        try (PreparedStatement select =
                client.prepareStatement("SELECT 'KILL' WHERE 7 IN (" + marks + ")")) {
            for (int i = 1; i <= most; i++) {
                select.setInt(i, i);
            }
            try (ResultSet rows = select.executeQuery()) {
                assertThat(first(rows)).isEqualTo("KILL");
            }
        }
    }

    private static String first(ResultSet rows) throws SQLException {
        try (rows) {
            return rows.next() ? rows.getString(1) : "nothing";
        }
    }
}
