package io.flotilla.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class DamageTest {
    private static final int HEAD = 4096;
    private static final int USED = 20_000;

    @TempDir private Path group;

    private final SplittableRandom random = new SplittableRandom(4);

    @BeforeEach
    void fill() throws IOException {
        for (String file :
                new String[] {
                    "log/vote",
                    "log/bounds",
                    "log/base",
                    "log.members",
                    "ddl/marks",
                    "base/data/t.ibd"
                }) {
            write(file, 100, 100);
        }
        write("log/00000000000000000001.segment", USED, 65_536);
        write("log/00000000000000000002.segment", USED, 65_536);
    }

    private void write(String file, int used, int size) throws IOException {
        byte[] bytes = new byte[size];
        Arrays.fill(bytes, 0, used, (byte) 7);
        Path path = group.resolve(file);
        Files.createDirectories(path.getParent());
        Files.write(path, bytes);
    }

    @ParameterizedTest
    @EnumSource
    void changesWhatItNames(Damage damage) throws IOException {
        Path hit = damage.strike(group, random).orElseThrow();
        if (Files.isRegularFile(hit)) {
            byte[] bytes = Files.readAllBytes(hit);
            int used = hit.toString().endsWith(".segment") ? USED : 100;
            byte[] before = new byte[used == USED ? 65_536 : used];
            Arrays.fill(before, 0, used, (byte) 7);
            assertThat(bytes).isNotEqualTo(before);
        } else {
            assertThat(hit)
                    .satisfiesAnyOf(
                            path -> assertThat(path).doesNotExist(),
                            path ->
                                    assertThat(path.resolve("00000000000000000002.segment"))
                                            .doesNotExist());
        }
    }

    @ParameterizedTest
    @EnumSource(
            names = {
                "FLIP_IN_VOTE",
                "FLIP_IN_KEPT_BASE",
                "FLIP_IN_MARKS",
                "FLIP_IN_CLOSED_SEGMENT"
            })
    void hasNothingToHitWhereThereIsNoSuchFile(Damage damage) throws IOException {
        DiskFaults.delete(group.resolve("log"));
        DiskFaults.delete(group.resolve("ddl"));
        DiskFaults.delete(group.resolve("base"));
        assertThat(damage.strike(group, random)).isEmpty();
    }

    @Test
    void aCutTakesRecordsAndLeavesTheHead() throws IOException {
        for (int i = 0; i < 50; i++) {
            fill();
            Path hit = Damage.CUT_TAIL.strike(group, random).orElseThrow();
            assertThat(Files.size(hit)).isBetween((long) HEAD - 1, USED - 1L);
        }
    }

    @Test
    void aTornWriteLeavesTheRecordsAsTheyAre() throws IOException {
        Path hit = Damage.TORN_TAIL.strike(group, random).orElseThrow();
        byte[] bytes = Files.readAllBytes(hit);
        assertThat(Arrays.copyOf(bytes, USED)).containsOnly(7);
        assertThat(bytes).hasSize(65_536);
    }
}
