package io.flotilla.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class DefinitionCheckTest {
    private static final Outcome DONE = new Outcome.Acknowledged(0, "0-1-1");
    private static final List<String> NONE = List.of();

    private final ObjectLife life = new ObjectLife("o", true);

    @Test
    void isContentWithWhatWasAcknowledged() {
        reach("CREATE VIEW");

        assertThat(at(seen("T", "a,id,v"), List.of("[\"o_g\",\"G\"]"), List.of("[\"o_w\",\"W\"]")))
                .isEmpty();
    }

    @Test
    void objectsToALostTrigger() {
        reach("CREATE VIEW");

        assertThat(at(seen("T", "a,id,v"), NONE, List.of("[\"o_w\",\"W\"]")))
                .singleElement()
                .asString()
                .contains("looks like 'T:a,id,v W'");
    }

    @Test
    void takesAnUnknownStatementAsDoneOrNot() {
        reach("CREATE TABLE");
        life.next();
        life.told(new Outcome.Unknown("the leader was lost"));

        assertThat(at(seen("T", "id,v"), NONE, NONE)).isEmpty();
        assertThat(at(seen("T", "a,id,v"), NONE, NONE)).isEmpty();
    }

    @Test
    void objectsToAStatementThatWasSaidNotToBeApplied() {
        reach("CREATE TABLE");
        life.next();
        life.told(new Outcome.NotApplied("no connection"));

        assertThat(at(seen("T", "a,id,v"), NONE, NONE)).isNotEmpty();
    }

    @Test
    void tellsARenamedTable() {
        reach("RENAME TABLE");

        assertThat(at(seen("R", "a,id,v"), NONE, NONE)).as("without its event").isNotEmpty();
        assertThat(at(seen("T", "a,id,v"), NONE, NONE)).isNotEmpty();
    }

    @Test
    void objectsToWhatNobodyMade() {
        assertThat(at(List.of("[\"x\",\"id\"]"), NONE, NONE))
                .singleElement()
                .asString()
                .contains("FROM NOWHERE");
    }

    private static List<String> seen(String kind, String columns) {
        String name = kind.equals("R") ? "o_r" : "o";
        return List.of("[\"%s\",\"%s\"]".formatted(name, columns));
    }

    private List<String> at(List<String> tables, List<String> triggers, List<String> views) {
        return DefinitionCheck.at(1, List.of(life), List.of(tables, triggers, views, NONE, NONE));
    }

    /// Up to and with the first statement that begins so.
    private void reach(String statement) {
        String sql;
        do {
            sql = life.next();
            life.told(DONE);
        } while (!sql.startsWith(statement));
    }
}
