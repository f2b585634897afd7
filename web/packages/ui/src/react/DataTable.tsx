import { Alert, Button, Card, Descriptions, Flex, Grid, Skeleton, Table } from "antd";
import type { ReactNode } from "react";

import { LoadFailed } from "./LoadFailed";
import { Pager } from "./Pager";
import type { PagerProps } from "./Pager";
import { listMessages } from "./list-messages";
import { useText } from "./language";

/** One column of a table; on a phone one line of a card. */
export interface Column<Item> {
  key: string;
  title: ReactNode;
  render: (item: Item) => ReactNode;
  /** The column that names the row: the head of its card on a phone. */
  isName?: boolean;
  /** Row actions: at the end of a row, at the foot of a card. */
  isActions?: boolean;
}

/** What a list knows about itself. */
export interface ListState<Item> {
  /** Nothing while the first page is under way. */
  items: readonly Item[] | undefined;
  /** Why loading failed, as a sentence; nothing when it did not. */
  failure: string | undefined;
  isLoading: boolean;
  retry: () => void;
}

interface DataTableProps<Item> {
  /** Name of the table for screen readers. */
  label: string;
  list: ListState<Item>;
  columns: readonly Column<Item>[];
  rowKey: (item: Item) => string;
  /** Shown instead of the table when there is nothing. */
  empty: ReactNode;
  pager?: PagerProps;
}

const SKELETON_ROWS = 6;

/**
 * A list in all its states: skeleton, failure with "try again", empty with the first action, rows with pages.
 * Wide screens get a table, phones a card per row.
 */
export function DataTable<Item extends object>(props: DataTableProps<Item>) {
  const t = useText(listMessages);
  const { list } = props;
  if (list.failure !== undefined && list.items === undefined) {
    return <LoadFailed reason={list.failure} onRetry={list.retry} isRetrying={list.isLoading} />;
  }
  if (list.items === undefined) {
    return (
      <div role="status" aria-label={t("loading")}>
        <Skeleton active title={false} paragraph={{ rows: SKELETON_ROWS }} />
      </div>
    );
  }
  const isFirstPage = !props.pager?.onPrevious && !props.pager?.onFirst;
  if (list.items.length === 0 && isFirstPage) return <>{props.empty}</>;
  return (
    <Flex vertical gap="middle">
      {list.failure !== undefined && <Outdated reason={list.failure} onRetry={list.retry} />}
      <Rows {...props} items={list.items} isLoading={list.isLoading} />
      {props.pager && <Pager {...props.pager} />}
    </Flex>
  );
}

/** What is shown was read before; reading it again failed. */
function Outdated({ reason, onRetry }: { reason: string; onRetry: () => void }) {
  const t = useText(listMessages);
  return (
    <Alert
      type="warning"
      showIcon
      title={t("outdated")}
      description={reason}
      action={<Button onClick={onRetry}>{t("tryAgain")}</Button>}
    />
  );
}

interface RowsProps<Item> extends DataTableProps<Item> {
  items: readonly Item[];
  isLoading: boolean;
}

function Rows<Item extends object>(props: RowsProps<Item>) {
  const { md } = Grid.useBreakpoint();
  // Before the first measurement nothing is known; a table is the likelier screen of a console.
  return md === false ? <Cards {...props} /> : <Wide {...props} />;
}

function Wide<Item extends object>({ label, items, columns, rowKey, isLoading }: RowsProps<Item>) {
  return (
    <Table<Item>
      aria-label={label}
      dataSource={[...items]}
      rowKey={rowKey}
      loading={isLoading}
      pagination={false}
      size="middle"
      scroll={{ x: "max-content" }}
      columns={columns.map((column) => ({
        key: column.key,
        title: column.title,
        render: (_: unknown, item: Item) => column.render(item),
        ...(column.isActions ? { align: "end" as const, fixed: "right" as const } : {}),
      }))}
    />
  );
}

function Cards<Item extends object>({ label, items, columns, rowKey }: RowsProps<Item>) {
  const name = columns.find((column) => column.isName);
  const actions = columns.find((column) => column.isActions);
  const facts = columns.filter((column) => column !== name && column !== actions);
  return (
    <Flex vertical gap="small" role="list" aria-label={label}>
      {items.map((item) => (
        <Card key={rowKey(item)} size="small" role="listitem">
          <Flex vertical gap="small">
            {name?.render(item)}
            <Descriptions
              size="small"
              column={1}
              colon={false}
              styles={{ label: { minWidth: "6em" } }}
              items={facts.map((fact) => ({ key: fact.key, label: fact.title, children: fact.render(item) }))}
            />
            {actions && <Flex justify="end">{actions.render(item)}</Flex>}
          </Flex>
        </Card>
      ))}
    </Flex>
  );
}
