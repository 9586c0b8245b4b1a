package io.flotilla;

/// Entry point: picks the subcommand.
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        System.out.println("flotilla");
    }
}
