package io.flotilla;

import static org.assertj.core.api.Assertions.fail;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// Reads the same bytes again and again, each time with other damage, and sees that a reader takes them or refuses them
/// with the exceptions it names: no other one, and no error for lack of memory or stack.
///
/// `-Dflotilla.fuzz.seed=N` damages them otherwise; a failure names seed and case.
public final class Fuzz {
    public static final long SEED = Long.getLong("flotilla.fuzz.seed", 1);

    /// Numbers at the edges of what lengths and counts may be.
    private static final int[] EDGES = {
        0, 1, -1, Integer.MAX_VALUE, Integer.MIN_VALUE, 0xff, 0xffff, 0x7fff_0000, 1 << 24, 1 << 30
    };

    private final List<byte[]> samples;
    private final List<Class<? extends Exception>> refusals;

    private Fuzz(List<byte[]> samples, List<Class<? extends Exception>> refusals) {
        this.samples = samples;
        this.refusals = refusals;
    }

    /// Reads bytes; what it throws is a refusal, or not.
    @FunctionalInterface
    public interface Reader {
        void read(byte[] bytes) throws Exception;
    }

    /// @param taken how many cases the reader took
    /// @param refused how many it refused
    public record Outcome(int taken, int refused) {}

    public static Fuzz of(List<byte[]> samples) {
        return new Fuzz(List.copyOf(samples), List.of());
    }

    /// How the reader may refuse, subclasses included.
    @SafeVarargs
    @SuppressWarnings("varargs")
    public final Fuzz refusedBy(Class<? extends Exception>... exceptions) {
        return new Fuzz(samples, List.of(exceptions));
    }

    /// One case in eight is noise, the rest samples with damage.
    public Outcome run(int cases, Reader reader) {
        int taken = 0;
        for (int i = 0; i < cases; i++) {
            Random random = new Random(SEED * 1_000_003 + i);
            byte[] bytes =
                    i % 8 == 0 ? noise(random) : damaged(samples.get(i % samples.size()), random);
            if (takes(reader, bytes, i)) {
                taken++;
            }
        }
        return new Outcome(taken, cases - taken);
    }

    private boolean takes(Reader reader, byte[] bytes, int number) {
        try {
            reader.read(bytes);
            return true;
        } catch (Throwable e) {
            if (refusals.stream().anyMatch(refusal -> refusal.isInstance(e))) {
                return false;
            }
            return fail("case %d of seed %d, %d bytes".formatted(number, SEED, bytes.length), e);
        }
    }

    private static byte[] noise(Random random) {
        byte[] bytes = new byte[random.nextInt(300)];
        random.nextBytes(bytes);
        return bytes;
    }

    /// A copy with one to four injuries.
    public static byte[] damaged(byte[] whole, Random random) {
        byte[] bytes = whole.clone();
        for (int injuries = 1 + random.nextInt(4); injuries > 0; injuries--) {
            bytes = injured(bytes, random);
        }
        return bytes;
    }

    private static byte[] injured(byte[] bytes, Random random) {
        if (bytes.length < 2) {
            return noise(random);
        }
        int at = random.nextInt(bytes.length);
        switch (random.nextInt(6)) {
            case 0 -> bytes[at] = (byte) random.nextInt();
            case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case 2 -> edge(bytes, at, EDGES[random.nextInt(EDGES.length)]);
            case 3 -> {
                return Arrays.copyOf(bytes, at);
            }
            case 4 -> {
                return without(bytes, at, Math.min(bytes.length, at + 1 + random.nextInt(8)));
            }
            default -> {
                return twice(bytes, at, Math.min(bytes.length, at + 1 + random.nextInt(16)));
            }
        }
        return bytes;
    }

    private static void edge(byte[] bytes, int at, int edge) {
        byte[] number = ByteBuffer.allocate(Integer.BYTES).putInt(edge).array();
        System.arraycopy(number, 0, bytes, at, Math.min(number.length, bytes.length - at));
    }

    private static byte[] without(byte[] bytes, int from, int to) {
        ByteBuffer rest = ByteBuffer.allocate(bytes.length - (to - from));
        return rest.put(bytes, 0, from).put(bytes, to, bytes.length - to).array();
    }

    private static byte[] twice(byte[] bytes, int from, int to) {
        ByteBuffer more = ByteBuffer.allocate(bytes.length + (to - from));
        return more.put(bytes, 0, to).put(bytes, from, bytes.length - from).array();
    }
}
