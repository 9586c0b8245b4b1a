package io.flotilla.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.failure.FlotillaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FleetDirectoryTest {
    private static final FleetPlan PLAN = new FleetPlan("fleet-1", 5, 8001, 3301, 3401, 9001);

    @TempDir private Path root;

    @Test
    void hasNoFleetWhenItIsEmptyOrNotThere() {
        assertThat(new FleetDirectory(root).plan()).isEmpty();
        assertThat(new FleetDirectory(root.resolve("nosuch")).plan()).isEmpty();
    }

    @Test
    void remembersTheFleet() {
        new FleetDirectory(root).write(PLAN);

        assertThat(new FleetDirectory(root).plan()).contains(PLAN);
    }

    @Test
    void refusesADirectoryOfSomethingElse() throws IOException {
        Files.createFile(root.resolve("thesis.tex"));

        assertThatThrownBy(() -> new FleetDirectory(root).plan())
                .isInstanceOf(FlotillaException.class)
                .hasMessageContaining(root + " holds something that is not a fleet of Flotilla's");
    }

    @Test
    void refusesAFleetOfANewerFlotilla() throws IOException {
        FleetDirectory directory = new FleetDirectory(root);
        directory.write(PLAN);
        String newer = Files.readString(directory.fleetFile()).replace("format = 1", "format = 2");
        Files.writeString(directory.fleetFile(), newer + "tide = high\n");

        assertThatThrownBy(directory::plan)
                .isInstanceOf(FlotillaException.class)
                .hasMessageContaining("newer Flotilla (format 2, this one knows up to 1)");
    }
}
