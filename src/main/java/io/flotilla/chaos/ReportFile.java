package io.flotilla.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;

/// Two tables in Markdown, to which each campaign adds: one line for each campaign, one for each kind of fault.
public final class ReportFile {
    private static final String CAMPAIGNS =
            "| seed | minutes | faults | operations | unknown | elections | rebuilds | worst silence, ms | verdict |";
    private static final String KINDS =
            "| fault | times | worst silence, ms | worst after its end, ms |";
    private static final String TOGETHER = "together";
    private static final int CAMPAIGN_CELLS = 9;
    private static final int KIND_CELLS = 4;

    private final List<List<String>> campaigns = new ArrayList<>();
    private final Map<String, FaultTimes> kinds = new TreeMap<>();

    private ReportFile() {}

    /// Adds a campaign to the file; makes it when it is not there.
    public static void add(Path file, CampaignSummary campaign) throws IOException {
        ReportFile report = new ReportFile();
        if (Files.exists(file)) {
            Files.readAllLines(file).forEach(report::read);
        }
        report.add(campaign);
        Files.writeString(file, report.text());
    }

    private void read(String line) {
        String trimmed = line.strip();
        if (!trimmed.startsWith("|") || trimmed.startsWith("|-")) {
            return;
        }
        List<String> cells = cells(trimmed);
        boolean counts = cells.size() > 1 && cells.get(1).matches("[0-9.]+");
        if (counts && cells.size() == CAMPAIGN_CELLS && !cells.getFirst().equals(TOGETHER)) {
            campaigns.add(cells);
        } else if (counts && cells.size() == KIND_CELLS) {
            kinds.put(
                    cells.getFirst(),
                    new FaultTimes(
                            Integer.parseInt(cells.get(1)),
                            Duration.ofMillis(Long.parseLong(cells.get(2))),
                            Duration.ofMillis(Long.parseLong(cells.get(3)))));
        }
    }

    private static List<String> cells(String line) {
        List<String> cells = new ArrayList<>();
        for (String cell : line.substring(1, line.length() - 1).split("\\|", -1)) {
            cells.add(cell.strip());
        }
        return cells;
    }

    private void add(CampaignSummary campaign) {
        campaigns.add(
                List.of(
                        Long.toString(campaign.seed()),
                        minutes(campaign.length().toMillis() / 60_000.0),
                        Integer.toString(campaign.faults()),
                        Long.toString(campaign.operations()),
                        Long.toString(campaign.unknown()),
                        Long.toString(campaign.elections()),
                        Long.toString(campaign.rebuilds()),
                        Long.toString(campaign.silence().toMillis()),
                        campaign.clean() ? "clean" : "WRONG"));
        campaign.kinds().forEach((kind, times) -> kinds.merge(kind, times, FaultTimes::and));
    }

    private static String minutes(double minutes) {
        return String.format(Locale.ROOT, "%.1f", minutes);
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        text.append(CAMPAIGNS).append('\n').append("|---".repeat(CAMPAIGN_CELLS)).append("|\n");
        campaigns.forEach(cells -> text.append(row(cells)));
        text.append(row(together())).append('\n');
        text.append(KINDS).append('\n').append("|---".repeat(KIND_CELLS)).append("|\n");
        kinds.forEach((kind, times) ->
                text.append(
                        row(
                                List.of(
                                        kind,
                                        Integer.toString(times.count()),
                                        Long.toString(times.silence().toMillis()),
                                        Long.toString(times.after().toMillis())))));
        return text.toString();
    }

    private List<String> together() {
        double minutes =
                campaigns.stream().mapToDouble(cells -> Double.parseDouble(cells.get(1))).sum();
        boolean clean = campaigns.stream().allMatch(cells -> cells.getLast().equals("clean"));
        return List.of(
                TOGETHER,
                minutes(minutes),
                Long.toString(column(2).sum()),
                Long.toString(column(3).sum()),
                Long.toString(column(4).sum()),
                Long.toString(column(5).sum()),
                Long.toString(column(6).sum()),
                Long.toString(column(7).max().orElse(0)),
                clean ? "clean" : "WRONG");
    }

    private LongStream column(int number) {
        return campaigns.stream().mapToLong(cells -> Long.parseLong(cells.get(number)));
    }

    private static String row(List<String> cells) {
        return "| " + String.join(" | ", cells) + " |\n";
    }
}
