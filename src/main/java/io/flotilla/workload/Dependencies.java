package io.flotilla.workload;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A graph of what must come before what, in which no circle may be, save those that snapshot isolation allows: a circle
/// in which somewhere two [Why#RW] follow each other (write skew; Cerone and Gotsman, "Analysing Snapshot Isolation",
/// PODC 2016).
final class Dependencies {
    /// Why one transaction comes before another.
    enum Why {
        /// The second appended right behind the first.
        WW,
        /// The second read what the first wrote.
        WR,
        /// The first read a list as it was before the second appended to it.
        RW,
        /// The second followed in the same session.
        SESSION,
        /// The first had been acknowledged before the second began.
        TIME
    }

    record Edge(int from, int to, Why why) {}

    private final List<List<Edge>> from = new ArrayList<>();

    /// @return the new node's number, counted from 0
    int addNode() {
        from.add(new ArrayList<>());
        return from.size() - 1;
    }

    void add(int before, int after, Why why) {
        if (before != after) {
            from.get(before).add(new Edge(before, after, why));
        }
    }

    /// A circle of edges for these reasons in which no two [Why#RW] follow each other; a short one. Empty when there is none.
    Optional<List<Edge>> circle(Set<Why> reasons) {
        return new Search(EnumSet.copyOf(reasons)).circle();
    }

    /// Tarjan's search for strongly connected components, over nodes that are doubled: once as reached by RW (odd), once as
    /// reached otherwise (even). From the odd ones no RW leads on.
    private final class Search {
        private final Set<Why> reasons;
        private final int[] index = new int[from.size() * 2];
        private final int[] low = new int[from.size() * 2];
        private final boolean[] onStack = new boolean[from.size() * 2];
        private final Deque<Integer> stack = new ArrayDeque<>();
        private int next = 1;

        Search(Set<Why> reasons) {
            this.reasons = reasons;
        }

        private record Frame(int state, List<Edge> edges, int[] position) {}

        Optional<List<Edge>> circle() {
            for (int state = 0; state < index.length; state++) {
                if (index[state] == 0) {
                    Optional<Set<Integer>> component = search(state);
                    if (component.isPresent()) {
                        return Optional.of(shortest(component.get()));
                    }
                }
            }
            return Optional.empty();
        }

        private List<Edge> edges(int state) {
            boolean byRw = state % 2 == 1;
            return from.get(state / 2).stream()
                    .filter(edge -> reasons.contains(edge.why()))
                    .filter(edge -> !byRw || edge.why() != Why.RW)
                    .toList();
        }

        private static int reached(Edge edge) {
            return edge.to() * 2 + (edge.why() == Why.RW ? 1 : 0);
        }

        /// Without recursion: chains are as long as a campaign.
        ///
        /// @return the first component of more than one state
        private Optional<Set<Integer>> search(int root) {
            Deque<Frame> frames = new ArrayDeque<>();
            frames.push(enter(root));
            while (!frames.isEmpty()) {
                Frame frame = frames.peek();
                int state = frame.state();
                if (frame.position()[0] < frame.edges().size()) {
                    int to = reached(frame.edges().get(frame.position()[0]++));
                    if (index[to] == 0) {
                        frames.push(enter(to));
                    } else if (onStack[to]) {
                        low[state] = Math.min(low[state], index[to]);
                    }
                    continue;
                }
                frames.pop();
                if (!frames.isEmpty()) {
                    int parent = frames.peek().state();
                    low[parent] = Math.min(low[parent], low[state]);
                }
                if (low[state] == index[state]) {
                    Set<Integer> component = leave(state);
                    if (component.size() > 1) {
                        return Optional.of(component);
                    }
                }
            }
            return Optional.empty();
        }

        private Frame enter(int state) {
            index[state] = next;
            low[state] = next++;
            stack.push(state);
            onStack[state] = true;
            return new Frame(state, edges(state), new int[1]);
        }

        private Set<Integer> leave(int root) {
            Set<Integer> component = new java.util.TreeSet<>();
            int state;
            do {
                state = stack.pop();
                onStack[state] = false;
                component.add(state);
            } while (state != root);
            return component;
        }

        /// The shortest way within the component from one of its first states back to itself.
        private List<Edge> shortest(Set<Integer> component) {
            return component.stream()
                    .limit(50)
                    .map(state -> around(state, component))
                    .min((a, b) -> Integer.compare(a.size(), b.size()))
                    .orElseThrow();
        }

        private List<Edge> around(int start, Set<Integer> component) {
            Edge[] by = new Edge[index.length];
            int[] before = new int[index.length];
            Arrays.fill(before, -1);
            Deque<Integer> queue = new ArrayDeque<>(List.of(start));
            while (before[start] < 0) {
                int state = queue.remove();
                for (Edge edge : edges(state)) {
                    int to = reached(edge);
                    if (component.contains(to) && before[to] < 0) {
                        before[to] = state;
                        by[to] = edge;
                        queue.add(to);
                    }
                }
            }
            Deque<Edge> way = new ArrayDeque<>();
            int state = start;
            do {
                way.push(by[state]);
                state = before[state];
            } while (state != start);
            return List.copyOf(way);
        }
    }
}
