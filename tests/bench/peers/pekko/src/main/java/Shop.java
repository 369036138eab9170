// SPDX-License-Identifier: MIT

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/** The workloads shop and memory, and the actor that answers to ask. */
final class Shop {
    private Shop() {}

    record Buy(long count, ActorRef<Long> replyTo) {}

    /** Answers with what has been sold so far. */
    static final class Inventory extends AbstractBehavior<Buy> {
        private long sold;

        Inventory(ActorContext<Buy> context) {
            super(context);
        }

        @Override
        public Receive<Buy> createReceive() {
            return newReceiveBuilder().onMessage(Buy.class, this::onBuy).build();
        }

        private Behavior<Buy> onBuy(Buy buy) {
            sold += buy.count();
            buy.replyTo().tell(sold);
            return this;
        }
    }

    interface Message {}

    enum Begin implements Message {
        INSTANCE
    }

    /** An ask is over; it failed if there was no answer in time. */
    record Over(boolean failed) implements Message {}

    static final class Buyer extends AbstractBehavior<Message> {
        private final ActorRef<Buy> inventory;
        private final ActorRef<Long> done;
        private final long purchases;
        private long asked;
        private long bought;

        Buyer(
                ActorContext<Message> context,
                ActorRef<Buy> inventory,
                long purchases,
                ActorRef<Long> done) {
            super(context);
            this.inventory = inventory;
            this.purchases = purchases;
            this.done = done;
        }

        @Override
        public Receive<Message> createReceive() {
            return newReceiveBuilder()
                    .onMessage(Over.class, this::onOver)
                    .onMessageEquals(Begin.INSTANCE, this::ask)
                    .build();
        }

        private Behavior<Message> ask() {
            asked++;
            getContext()
                    .ask(
                            Long.class,
                            inventory,
                            Peer.PATIENCE,
                            (ActorRef<Long> replyTo) -> new Buy(1, replyTo),
                            (sold, failure) -> new Over(failure != null));
            return this;
        }

        private Behavior<Message> onOver(Over over) {
            if (!over.failed()) {
                bought++;
            }
            if (asked < purchases) {
                return ask();
            }
            done.tell(bought);
            return this;
        }
    }

    static Behavior<Long> guardian(long purchases, CompletableFuture<String> figure) {
        long all = Peer.BUYERS * purchases;
        return Behaviors.setup(
                context -> {
                    ActorRef<Long> self = context.getSelf();
                    ActorRef<Buy> inventory = context.spawnAnonymous(Behaviors.setup(Inventory::new));
                    List<ActorRef<Message>> buyers =
                            Peer.spawnAll(
                                    context,
                                    Peer.BUYERS,
                                    number ->
                                            Behaviors.setup(
                                                    own -> new Buyer(own, inventory, purchases, self)));
                    long begin = System.nanoTime();
                    Peer.tellAll(buyers, Begin.INSTANCE);
                    return Peer.collect(
                            Peer.BUYERS,
                            bought -> {
                                long elapsed = System.nanoTime() - begin;
                                Peer.checkEqual("purchases", bought, all);
                                inventory.tell(new Buy(0, self));
                                return Peer.collect(
                                        1,
                                        sold -> {
                                            Peer.checkEqual("sold", sold, all);
                                            figure.complete(Peer.each(elapsed, all));
                                            return Behaviors.empty();
                                        });
                            });
                });
    }

    static Behavior<Long> memory(long count, CompletableFuture<String> figure) {
        return Behaviors.setup(
                context -> {
                    long before = Peer.residentBytes();
                    List<ActorRef<Buy>> stocks =
                            Peer.spawnAll(context, count, number -> Behaviors.setup(Inventory::new));
                    Peer.tellAll(stocks, new Buy(1, context.getSelf()));
                    return Peer.collect(
                            count,
                            sold -> {
                                Peer.checkEqual("messages", sold, count);
                                long bytes = Peer.residentBytes() - before;
                                // They are alive: each is still there to answer.
                                Peer.tellAll(stocks, new Buy(1, context.getSelf()));
                                return Peer.collect(
                                        count,
                                        twice -> {
                                            Peer.checkEqual("second messages", twice, 2 * count);
                                            figure.complete(bytes / count + " bytes");
                                            return Behaviors.empty();
                                        });
                            });
                });
    }
}
