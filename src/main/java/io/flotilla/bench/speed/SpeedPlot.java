package io.flotilla.bench.speed;

import java.util.List;
import java.util.Locale;

/// Bars in SVG: for each workload and number of clients, what each system sustains, and what an operation costs it.
final class SpeedPlot {
    private static final int WIDTH = 900;
    private static final int NAMES = 220;
    private static final int BARS = 230;
    private static final int FIGURES = 90;
    private static final int LINE = 20;
    private static final int BAR = 12;

    private final StringBuilder text = new StringBuilder();
    private int height = LINE;

    private SpeedPlot() {}

    /// One group of bars.
    ///
    /// @param name workload and number of clients
    record Group(String name, List<Bar> bars) {}

    /// A system's medians.
    ///
    /// @param sustained operations per second, until every replica has applied them
    /// @param cpuMillis of all processes of the system, for each operation
    record Bar(String system, double sustained, double cpuMillis) {}

    /// @return a whole file
    static String of(List<Group> groups) {
        SpeedPlot plot = new SpeedPlot();
        groups.forEach(plot::draw);
        return """
        <svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" font-family="sans-serif" font-size="12">
        <rect width="100%%" height="100%%" fill="white"/>
        %s</svg>
        """
                .formatted(WIDTH, plot.height, plot.text);
    }

    private void draw(Group group) {
        int second = NAMES + BARS + FIGURES;
        label(0, "bold", group.name());
        label(NAMES, "bold", "sustained operations/s");
        label(second, "bold", "processor ms for each");
        height += LINE;
        double fastest = group.bars().stream().mapToDouble(Bar::sustained).max().orElse(0);
        double dearest = group.bars().stream().mapToDouble(Bar::cpuMillis).max().orElse(0);
        for (Bar bar : group.bars()) {
            label(0, "normal", bar.system());
            bar(NAMES, bar.sustained(), fastest, "#3b6ea8", "%.0f");
            bar(second, bar.cpuMillis(), dearest, "#c0752b", "%.3f");
            height += LINE;
        }
        height += LINE;
    }

    private void label(int x, String weight, String words) {
        text.append(
                "<text x=\"%d\" y=\"%d\" font-weight=\"%s\">%s</text>%n"
                        .formatted(x + 10, height, weight, escaped(words)));
    }

    private void bar(int x, double value, double most, String colour, String form) {
        long length = most <= 0 ? 0 : Math.round(value / most * BARS);
        text.append(
                "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"%s\"/>%n"
                        .formatted(x + 10, height - BAR + 2, length, BAR, colour));
        label(x + (int) length + 4, "normal", String.format(Locale.ROOT, form, value));
    }

    private static String escaped(String words) {
        return words.replace("&", "&amp;").replace("<", "&lt;");
    }
}
