%% SPDX-License-Identifier: MIT
%% The inventory of the shop: a gen_server that sells what is in stock.
-module(inventory).
-behaviour(gen_server).

-export([start_link/2, buy/3, stock/1]).
-export([init/1, handle_call/3, handle_cast/2]).

-define(TIMEOUT_MS, 60000).

start_link(Products, Stock) ->
    gen_server:start_link(?MODULE, {Products, Stock}, []).

%% Buys Count of a product; answers how many are left, or refused.
buy(Inventory, Product, Count) ->
    gen_server:call(Inventory, {buy, Product, Count}, ?TIMEOUT_MS).

%% How many of all products are left.
stock(Inventory) ->
    gen_server:call(Inventory, stock, ?TIMEOUT_MS).

init({Products, Stock}) ->
    {ok, maps:from_list([{Product, Stock} || Product <- lists:seq(0, Products - 1)])}.

handle_call({buy, Product, Count}, _From, Stock) ->
    case Stock of
        #{Product := Left} when Left >= Count ->
            {reply, {ok, Left - Count}, Stock#{Product := Left - Count}};
        #{} ->
            {reply, refused, Stock}
    end;
handle_call(stock, _From, Stock) ->
    {reply, lists:sum(maps:values(Stock)), Stock}.

handle_cast(_, Stock) ->
    {noreply, Stock}.
