package io.flotilla.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.net.SocketTimeoutException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class RepeatedQuestionTest {
    /// The connections that are open, by number.
    private final Set<Integer> open = new HashSet<>();

    private int connections;
    private boolean alive = true;

    private Connection connect() throws SQLException {
        if (!alive) {
            throw new SQLException("no server");
        }
        int number = ++connections;
        open.add(number);
        PreparedStatement question =
                proxy(
                        PreparedStatement.class,
                        (self, method, arguments) -> {
                            if (!open.contains(number)) {
                                throw new SQLException("the connection is lost");
                            }
                            return number;
                        });
        return proxy(
                Connection.class,
                (self, method, arguments) -> {
                    if (method.getName().equals("close")) {
                        open.remove(number);
                    }
                    return method.getName().equals("prepareStatement") ? question : null;
                });
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(
                Proxy.newProxyInstance(
                        RepeatedQuestionTest.class.getClassLoader(),
                        new Class<?>[] {type},
                        handler));
    }

    /// The number of the connection that answers.
    private static int ask(RepeatedQuestion question) throws SQLException {
        return question.ask(PreparedStatement::executeUpdate);
    }

    @Test
    void oneConnectionIsUsedAsLongAsItLives() throws SQLException {
        RepeatedQuestion question = RepeatedQuestion.prepare(this::connect, "SELECT 1");

        assertThat(ask(question)).isEqualTo(1);
        assertThat(ask(question)).isEqualTo(1);
    }

    /// A server ends a connection that is idle for `wait_timeout`; reads that needed it failed until the next election.
    @Test
    void aConnectionThatBrokeIsMadeAnew() throws SQLException {
        RepeatedQuestion question = RepeatedQuestion.prepare(this::connect, "SELECT 1");
        ask(question);

        open.clear();

        assertThat(ask(question)).isEqualTo(2);
        assertThat(open).containsExactly(2);
    }

    @Test
    void aServerThatIsGoneIsSaidToBeAndMayComeBack() throws SQLException {
        RepeatedQuestion question = RepeatedQuestion.prepare(this::connect, "SELECT 1");
        ask(question);
        open.clear();
        alive = false;
        assertThatThrownBy(() -> ask(question)).hasMessage("no server");
        assertThatThrownBy(() -> ask(question)).hasMessage("no server");

        alive = true;

        assertThat(ask(question)).isEqualTo(2);
    }

    /// Who waits for a frozen server would wait twice.
    @Test
    void aServerThatDoesNotAnswerInTimeIsNotAskedTwice() throws SQLException {
        RepeatedQuestion question = RepeatedQuestion.prepare(this::connect, "SELECT 1");
        ask(question);

        assertThatThrownBy(() ->
                        question.ask(asked -> {
                            throw new SQLException("frozen", new SocketTimeoutException());
                        }))
                .hasMessage("frozen");
        assertThat(open).isEmpty();
        assertThat(ask(question)).isEqualTo(2);
    }

    @Test
    void nothingIsLeftOpenBehindIt() throws SQLException {
        RepeatedQuestion question = RepeatedQuestion.prepare(this::connect, "SELECT 1");
        ask(question);

        question.close();

        assertThat(open).isEmpty();
        assertThatThrownBy(() -> ask(question)).hasMessage("the connection is lost");
        assertThatThrownBy(() -> ask(question)).hasMessage("nobody asks any more");
        assertThat(open).isEmpty();
    }
}
