create table product (
    name text primary key,
    price numeric(10, 2) not null check (price >= 0)
);
